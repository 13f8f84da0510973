"""The media of this dialect, and which of our channels each stands for (core-model 5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.agents.models import Channel


@dataclass(frozen=True)
class Medium:
    singular: str  # also the key of a resource, and the name of the channel that an agent is ready on
    plural: str  # the last part of paths and topics
    channels: tuple[Channel, ...]
    message_type: str
    channel_name: str = ""

    @property
    def name(self) -> str:
        """What an interaction of this medium says under `channel`."""
        return self.channel_name or self.singular

    @property
    def topic(self) -> str:
        return f"/v2/me/{self.plural}"

    @property
    def is_voice(self) -> bool:
        return Channel.VOICE in self.channels


MEDIA = (
    Medium("call", "calls", (Channel.VOICE,), "CallStateChangeMessage", "voice"),
    Medium("chat", "chats", (Channel.CHAT,), "ChatStateChangeMessage"),
    Medium("email", "emails", (Channel.EMAIL,), "EmailStateChangeMessage"),
    Medium("openmedia", "openmedia", (), "OpenMediaStateChangeMessage"),
    Medium("smssession", "smssessions", (Channel.SMS,), "SmssessionStateChangeMessage"),
    Medium(
        "workitem",
        "workitems",
        (Channel.WORK_ITEM, Channel.VIDEO, Channel.IN_PERSON),
        "WorkitemStateChangeMessage",
    ),
)
# Networks that nothing comes from here: their paths answer as those of work items do (genesys 11).
_SOCIAL = (
    Medium("twitter", "twitter", (), "TwitterStateChangeMessage"),
    Medium("facebook", "facebook", (), "FacebookStateChangeMessage"),
    Medium("facebooksession", "facebooksession", (), "FacebooksessionStateChangeMessage"),
)
BY_PLURAL: Mapping[str, Medium] = {medium.plural: medium for medium in (*MEDIA, *_SOCIAL)}
BY_NAME: Mapping[str, Medium] = {medium.name: medium for medium in MEDIA if medium.channels}
OF_CHANNEL: Mapping[str, Medium] = {channel: medium for medium in MEDIA for channel in medium.channels}
