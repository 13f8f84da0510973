"""The events of an interaction, as they were published."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.tenants import scope

MOST = 500  # more than any contact of a day has; what was published last is shown


@dataclass(frozen=True)
class Published:
    at: datetime
    name: str
    by: str
    details: str


def events_of(interaction: EngagementInteraction) -> list[Published]:
    """In time order. Two queries."""
    rows = list(Event.objects.filter(interaction_id=interaction.pk).order_by("-id")[:MOST])
    rows.sort(key=lambda row: (row.at, row.pk))
    people = _people(rows)
    return [Published(row.at, row.name, people.get(row.actor_id, "system"), _details(row, people)) for row in rows]


def _people(rows: list[Event]) -> dict[int | None, str]:
    wanted = {row.actor_id for row in rows if row.actor_id}
    wanted |= {part["user_id"] for row in rows for part in row.data["parts"]}
    found = User.objects.filter(tenant=scope.tenant(), pk__in=wanted)
    return {user.pk: user.name for user in found}


def _details(row: Event, people: Mapping[int | None, str]) -> str:
    kind = row.name.partition(".")[0]
    details = _BY_NAME.get(row.name) or _BY_KIND.get(kind)
    return details(row.data, people) if details else ""


def _opened(data: Any, people: Mapping[int | None, str]) -> str:
    interaction = data["interaction"]
    return " to ".join(filter(None, [interaction["customer"], interaction["contact_point"]]))


def _queue(data: Any, people: Mapping[int | None, str]) -> str:
    return data["interaction"]["queue"] or ""


def _concerned(data: Any, people: Mapping[int | None, str]) -> str:
    """Whose work it is: those still in it, or else whoever the event is about."""
    return ", ".join(people.get(part["user_id"], "") for part in data["parts"])


def _changed(data: Any, people: Mapping[int | None, str]) -> str:
    return ", ".join(_pair(name, value) for name, value in data["changes"].items())


def _pair(name: str, value: Any) -> str:
    label = name.replace("_", " ")
    if isinstance(value, dict) and "event" in value:  # a leg of the call: what befell it
        return f"{label} {value['event']}"
    if isinstance(value, dict):
        return f"{label}: {', '.join(map(str, value))}"
    return label if value is None else f"{label}: {value}"


_Details = Callable[[Any, Mapping[int | None, str]], str]
_TELLING_CHANGES = ("changed", "closed", "flagged", "unflagged", "repaired")
_BY_NAME: dict[str, _Details] = {
    "engagement.opened": _opened,
    **{f"engagement.{word}": _changed for word in _TELLING_CHANGES},
}
_BY_KIND: dict[str, _Details] = {"queue": _queue, "work": _concerned, "transfer": _concerned, "call": _concerned}
