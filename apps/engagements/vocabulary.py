"""Our channels and directions in the words of the record's picklists (core-model 5.2)."""

from django.conf import settings
from django.utils import translation

from apps.agents.models import Channel
from apps.engagements.models import Direction
from apps.objects import catalogue

# Direction inbound, outbound, agent-initiated, internal: Type Inbound, Outbound, Outbound, null.
_TYPES = {
    Direction.INBOUND: "Inbound",
    Direction.OUTBOUND: "Outbound",
    Direction.AGENT_INITIATED: "Outbound",
}
_DIRECTIONS = {"Inbound": Direction.INBOUND, "Outbound": Direction.OUTBOUND}


def channel_value(channel: str) -> str:
    """The CommunicationChannel that stands for a channel: the tenant's own first value, else the channel's label."""
    rows = catalogue.current().active("EngagementInteraction", "CommunicationChannel")
    with translation.override(settings.LANGUAGE_CODE):  # it is stored
        return next((row.value for row in rows if row.channel == channel), str(Channel(channel).label))


def channel_of(value: str) -> str:
    """The channel that a CommunicationChannel stands for; one that its administrator tied to none is a work item."""
    row = catalogue.current().picklist("EngagementInteraction", "CommunicationChannel").get(value)
    return row.channel if row and row.channel else Channel.WORK_ITEM


def direction_of(type: str | None) -> str | None:
    """The direction that a Type stands for; none for the values that an administrator added."""
    return _DIRECTIONS.get(type or "")


def type_value(direction: str | None) -> str | None:
    return _TYPES.get(Direction(direction)) if direction else None
