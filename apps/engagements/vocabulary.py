"""Our channels and directions in the words of the record's picklists (core-model 5.2)."""

from apps.agents.models import Channel
from apps.engagements.models import Direction
from apps.objects.models import PicklistValue

# Direction inbound, outbound, agent-initiated, internal: Type Inbound, Outbound, Outbound, null.
_TYPES = {
    Direction.INBOUND: "Inbound",
    Direction.OUTBOUND: "Outbound",
    Direction.AGENT_INITIATED: "Outbound",
}


def channel_value(channel: str) -> str:
    """The CommunicationChannel that stands for a channel: the tenant's own first value, else the channel's label."""
    row = PicklistValue.objects.filter(
        object_name="EngagementInteraction", field_name="CommunicationChannel", channel=channel, is_active=True
    ).first()
    return row.value if row else Channel(channel).label


def type_value(direction: str | None) -> str | None:
    return _TYPES.get(Direction(direction)) if direction else None
