"""How values look on the wire (cxengage 2, 6.1)."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from apps.agents.models import Agent, Channel
from apps.engagements.models import Direction

Row = dict[str, Any]

CHANNEL_TYPES: Mapping[str, str] = {
    Channel.VOICE: "voice",
    Channel.CHAT: "messaging",
    Channel.SMS: "sms",
    Channel.EMAIL: "email",
    Channel.VIDEO: "work-item",
    Channel.IN_PERSON: "work-item",
    Channel.WORK_ITEM: "work-item",
}
# The dialect knows three; what one agent begins with another is agent-initiated.
DIRECTIONS: Mapping[str, str] = {
    Direction.INBOUND: "inbound",
    Direction.OUTBOUND: "outbound",
    Direction.AGENT_INITIATED: "agent-initiated",
    Direction.INTERNAL: "agent-initiated",
}
_AS_IT_IS = ("details", "interactionDetails")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def seconds(milliseconds: int | None) -> float | None:
    """A number of seconds with at most three decimals."""
    return None if milliseconds is None else milliseconds / 1000


def each_in_seconds(milliseconds: Iterable[int]) -> list[float]:
    return [each / 1000 for each in milliseconds]


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds and a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z" if at else None


def flag(value: bool) -> bool | None:
    """True or null, never false (X-28)."""
    return value or None


def text(value: str | None) -> str | None:
    """What was left empty is null."""
    return value or None


def agent_id(agent: Agent | None) -> str | None:
    return str(agent.user.uuid) if agent else None


def uuid_of(value: str) -> UUID | None:
    """The UUID that a text spells out in full; None if it does not."""
    return UUID(value) if _UUID.fullmatch(value) else None


def without_nulls(row: Row) -> Row:
    """Default mode: no nulls, no empty lists, but the short form as it is (6.1)."""
    return {key: _shown(key, value) for key, value in row.items() if value is not None and value != []}


def _shown(key: str, value: Any) -> Any:
    if key not in _AS_IT_IS and isinstance(value, dict):
        return without_nulls(value)
    if isinstance(value, list):
        return [without_nulls(each) if isinstance(each, dict) else each for each in value]
    return value
