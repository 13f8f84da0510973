"""Who took part, and what it was about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from apps.attendees.models import EngagementAttendee, IdentityVerification
from apps.directory.names import names_of
from apps.objects.records import Record
from apps.topics.models import EngagementTopic

MOST_DELETED = 20


@dataclass(frozen=True)
class Attendee:
    record: EngagementAttendee
    name: str
    side: str  # outside, agent, ...
    passed: Sequence[IdentityVerification]


@dataclass(frozen=True)
class Topic:
    record: EngagementTopic
    about: str | None
    depth: int

    @property
    def indent(self) -> float:
        return (self.depth - 1) * 1.125


def attendees_of(interaction: Any) -> list[Attendee]:
    """Those of its voice calls too (M-09)."""
    rows = list(interaction.attendees.select_related("internal_attendee").prefetch_related("verifications__by"))
    names = names_of(row.external_attendee_id for row in rows)
    return [
        Attendee(row, _name(row, names), _side(row), [check for check in row.verifications.all() if check.passed])
        for row in rows
    ]


def deleted_of(interaction: Any, kind: str) -> list[Record]:
    """The attendees or topics, as `kind` says, that can be brought back; what was deleted last comes first."""
    models: Mapping[str, Any] = {"attendees": EngagementAttendee, "topics": EngagementTopic}
    if kind not in models:
        return []
    rows = models[kind].with_deleted.filter(engagement=interaction, deleted_at__isnull=False)
    return list(rows.order_by("-deleted_at", "-id")[:MOST_DELETED])


def _name(row: EngagementAttendee, names: Mapping[str, str]) -> str:
    if row.internal_attendee:
        return str(row.internal_attendee.name)
    outside = row.external_attendee_id
    return names.get(outside, outside) if outside else row.internal_attendee_text or ""


def _side(row: EngagementAttendee) -> str:
    if row.internal_attendee:
        return gettext("{get_role_display}, inside").format(get_role_display=row.internal_attendee.get_role_display())
    return gettext("Outside") if row.external_attendee_id else gettext("Inside")


def topics_of(interaction: Any) -> list[Topic]:
    """Each under the topic that it belongs to."""
    rows = list(interaction.topics.all())
    names = names_of(row.topic_id for row in rows)
    here = {row.pk for row in rows}
    below: dict[int | None, list[EngagementTopic]] = {}
    for row in rows:
        below.setdefault(row.parent_topic_id if row.parent_topic_id in here else None, []).append(row)
    return list(_tree(below, names, None, 0))


def _tree(
    below: Mapping[int | None, Sequence[EngagementTopic]], names: Mapping[str, str], parent: int | None, depth: int
) -> Iterator[Topic]:
    for row in below.get(parent, ()):
        yield Topic(row, names.get(row.topic_id, row.topic_id) if row.topic_id else None, depth)
        yield from _tree(below, names, row.pk, depth + 1)
