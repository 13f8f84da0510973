"""How the desk calls things."""

from dataclasses import dataclass

from apps.agents.models import Channel


@dataclass(frozen=True)
class ChannelWords:
    icon: str
    thing: str  # one piece of its work
    talks: bool  # customer and agent are there at the same time


CHANNELS: dict[str, ChannelWords] = {
    Channel.VOICE: ChannelWords("phone", "Call", True),
    Channel.CHAT: ChannelWords("chat", "Chat", True),
    Channel.VIDEO: ChannelWords("user", "Video call", True),
    Channel.IN_PERSON: ChannelWords("users", "Visit", True),
    Channel.EMAIL: ChannelWords("mail", "E-mail", False),
    Channel.SMS: ChannelWords("chat", "Text message", False),
    Channel.WORK_ITEM: ChannelWords("task", "Work item", False),
}


def of(channel: str) -> ChannelWords:
    return CHANNELS[channel]
