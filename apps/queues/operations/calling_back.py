"""Customers who asked to be called back: work of its own that waits in a queue, and is dialled by whoever takes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.common import clock
from apps.common.errors import NotAllowed
from apps.common.updating import save
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Direction, EngagementInteraction
from apps.queues import demands
from apps.queues.models import EntryType, Queue, QueueEntry, Segment
from apps.queues.operations import matching, stays
from apps.queues.operations.arrival import begin
from apps.queues.operations.live import Actor, Live, lock
from apps.tenants import scope


@transaction.atomic
def open_callback(
    parent: EngagementInteraction | None,
    *,
    number: str,
    by: User,
    queue: Queue | None = None,
    otherwise: Queue | None = None,
    user_data: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    at: datetime | None = None,
) -> EngagementInteraction:
    """Let a call to the customer wait, in `queue`, else where the parent waited last, else `otherwise` or the default.

    It keeps the parent's place and priority if the queue is set up so, and is offered to nobody before `due_at`; no
    overflow rule moves it. `user_data` is for one without a parent. Publishes `engagement.opened` and `queue.entered`.
    Raises NotAllowed without any queue.
    """
    before = _last_stay(parent) if parent else None
    queue = queue or (before.queue if before else None) or otherwise or scope.tenant().default_queue
    if queue is None:
        raise NotAllowed(gettext("there is no queue for a callback"))
    live = begin(
        channel=parent.channel if parent else Channel.VOICE,
        by=by,
        direction=Direction.OUTBOUND,
        customer=number,
        contact_point=parent.contact_point if parent else None,
        subject=parent.subject if parent else None,
        user_data=parent.user_data if parent else user_data,
        values={"parent": parent, "reason": parent.reason if parent else None},
        at=at,
    )
    live.finish("engagement.opened", save=False)
    _wait(live, queue, before, due_at if due_at and due_at > clock.now() else None)
    return live.interaction


def _last_stay(parent: EngagementInteraction) -> QueueEntry | None:
    stays_in_queues = QueueEntry.objects.filter(interaction=parent, queue__is_active=True)
    return stays_in_queues.select_related("queue__sla").order_by("-entered_at", "-id").first()


def _wait(live: Live, queue: Queue, before: QueueEntry | None, due_at: datetime | None) -> None:
    keeps = before is not None and queue.callback_keeps_place
    entry = stays.begin(
        live,
        Segment.objects.get(interaction=live.interaction),
        queue,
        EntryType.CALLBACK,
        skills=demands.own(before) if before else None,
        priority=before.priority if before and keeps else None,
    )
    entry.waits_since = before.waits_since if before and keeps else live.at
    stays.call_back(entry, due_at)
    save(entry, "waits_since")
    live.move_to(Stage.QUEUED)
    live.changes["due_at"] = due_at.isoformat() if due_at else None
    live.finish("queue.entered")
    if entry.is_routable:
        matching.place(entry, at=live.at)


@transaction.atomic
def put_off(
    interaction: EngagementInteraction, due_at: datetime | None, *, by: Actor, at: datetime | None = None
) -> QueueEntry:
    """Offer a callback from `due_at` on, or from now. Publishes `queue.moved`.

    Raises NotAllowed unless it is a callback that waits and is not being offered.
    """
    live = lock(interaction, "move", by=by, at=at)
    entry = live.entry
    if entry is None or entry.entry_type != EntryType.CALLBACK or entry.offered_to_id:
        raise NotAllowed(gettext("this callback does not wait"))
    later = due_at is not None and due_at > clock.now()
    entry.ready_at, entry.is_routable = (due_at if later else None), not later
    entry.save(update_fields=["ready_at", "is_routable"])
    live.changes["due_at"] = due_at.isoformat() if due_at else None
    live.finish("queue.moved")
    if entry.is_routable:
        matching.place(entry, at=live.at)
    return entry


def fall_due(stay: QueueEntry, *, at: datetime | None = None) -> QueueEntry | None:
    """A callback's time has come: it is offered. Publishes `queue.moved`; None if it is waiting for that no more."""
    stay.refresh_from_db(fields=["ready_at"])
    return put_off(stay.interaction, None, by=None, at=at) if stay.ready_at else None
