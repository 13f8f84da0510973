"""The list of interactions, one page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import QueryDict

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock, paging
from apps.directory.names import names_of
from apps.engagements.filters import InteractionFilter
from apps.engagements.models import EngagementInteraction
from apps.queues.models import QueueEntry
from apps.supervision.interactions.signs import channel_icon

PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    interaction: EngagementInteraction
    customer: str | None  # name, where the directory knows one
    number: str | None  # phone number or address
    queue: str | None  # where it waits or waited last
    who: str
    icon: str

    @property
    def duration(self) -> timedelta | None:
        one = self.interaction
        if one.end_date_time:
            return one.end_date_time - one.start_date_time
        return clock.now() - one.opened_at if one.is_live else None


@dataclass(frozen=True)
class Applied:
    """One filter in use, and the list without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Listing:
    rows: Sequence[Row]
    filterset: InteractionFilter
    applied: Sequence[Applied]
    newer: str | None
    older: str | None
    query: str  # of this page as it stands, for the way back
    is_beginning: bool


def listing(asked: QueryDict, *, by: User) -> Listing:
    """The page of what `by` may see that the address asks for. Takes the same number of queries whatever it holds."""
    filterset = InteractionFilter(asked, queryset=with_queue(EngagementInteraction.objects.visible_to(by)))
    found = filterset.qs if filterset.is_valid() else filterset.queryset.none()
    page = paging.newest_first(
        found,
        time="opened_at",
        tie="uuid",
        size=PAGE_SIZE,
        older_than=asked.get("older_than"),
        newer_than=asked.get("newer_than"),
    )
    return Listing(
        rows=rows_of(page.rows),
        filterset=filterset,
        applied=_applied(filterset, asked),
        newer=_address(asked, newer_than=page.newer) if page.newer else None,
        older=_address(asked, older_than=page.older) if page.older else None,
        query=asked.urlencode(),
        is_beginning=not (asked.get("older_than") or asked.get("newer_than")),
    )


def with_queue(interactions: Any) -> Any:
    """With the queue where each waits or waited last."""
    last_queue = QueueEntry.objects.filter(interaction=OuterRef("pk"), queue__isnull=False).order_by("-entered_at")
    return interactions.select_related("owner", "handler__user").annotate(
        queue_name=Subquery(last_queue.values("queue__name")[:1])
    )


def rows_of(interactions: Sequence[Any]) -> list[Row]:
    """What the list tells of each, in two queries. They come from `with_queue`."""
    outside = _outside_of(interactions)
    names = names_of([*outside.values(), *(one.initiating_attendee_id for one in interactions)])
    return [
        Row(
            interaction=one,
            customer=names.get(one.initiating_attendee_id or outside.get(one.pk) or ""),
            number=one.customer or one.phone_number,
            queue=one.queue_name,
            who=one.handler.user.name if one.handler else one.owner.name,
            icon=channel_icon(one.channel),
        )
        for one in interactions
    ]


def _outside_of(interactions: Sequence[Any]) -> dict[int, str]:
    """The first outside attendee of each."""
    attendees = EngagementAttendee.objects.filter(
        engagement__in=[one.pk for one in interactions], external_attendee_id__isnull=False
    ).order_by("-start_date_time", "-id")
    return {key: outside for key, outside in attendees.values_list("engagement_id", "external_attendee_id") if outside}


def _applied(filterset: InteractionFilter, asked: QueryDict) -> list[Applied]:
    if not filterset.is_valid():
        return []
    found = []
    for name, value in filterset.form.cleaned_data.items():
        if value:
            field = filterset.form.fields[name]
            shown = dict(getattr(field, "choices", ())).get(value) if isinstance(value, str) else None
            found.append(Applied(field.label, str(shown or value), _address(asked, **{name: None})))
    return found


def _address(asked: QueryDict, **changes: str | None) -> str:
    """The same filters with these changes, from the beginning unless a position is among them."""
    query = asked.copy()
    parameters: Mapping[str, str | None] = {"older_than": None, "newer_than": None, **changes}
    for name, value in parameters.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"?{query.urlencode()}"
