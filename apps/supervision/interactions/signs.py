"""Which sign of the sprite stands for what."""

from apps.agents.models import Channel

_CHANNELS = {
    Channel.VOICE: "phone",
    Channel.CHAT: "chat",
    Channel.SMS: "chat",
    Channel.EMAIL: "mail",
    Channel.IN_PERSON: "user",
    Channel.VIDEO: "users",
    Channel.WORK_ITEM: "task",
}


def channel_icon(channel: str) -> str:
    return _CHANNELS[Channel(channel)]
