"""How the desk calls things."""

from dataclasses import dataclass

from apps.agents.models import Channel
from apps.common.words import later as _


@dataclass(frozen=True)
class ChannelWords:
    icon: str
    thing: str  # one piece of its work
    talks: bool  # customer and agent are there at the same time


CHANNELS: dict[str, ChannelWords] = {
    Channel.VOICE: ChannelWords("phone", _("Call"), True),
    Channel.CHAT: ChannelWords("chat", _("Chat"), True),
    Channel.VIDEO: ChannelWords("user", _("Video call"), True),
    Channel.IN_PERSON: ChannelWords("users", _("Visit"), True),
    Channel.EMAIL: ChannelWords("mail", "E-mail", False),
    Channel.SMS: ChannelWords("chat", _("Text message"), False),
    Channel.WORK_ITEM: ChannelWords("task", _("Work item"), False),
}


def of(channel: str) -> ChannelWords:
    return CHANNELS[channel]
