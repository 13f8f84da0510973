"""What lists tell of an interaction besides its fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.directory.names import names_of
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
