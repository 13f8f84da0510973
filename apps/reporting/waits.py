"""How long one who came now would wait, and who is how far in front: figures of the moment that no rows add up to."""

from datetime import timedelta
from typing import Any

from django.db.models import Q

from apps.common import clock
from apps.queues.models import QueueEntry, WorkOffer
from apps.reporting.statistics.asking import Where

_LOOKS_BACK = timedelta(minutes=15)
_MINUTE_MS = 60_000


def estimated_wait(where: Where) -> int | None:
    """Milliseconds, up to a whole minute: times to answer of the last 15 minutes, an answer of now weighing most.

    None if nobody was answered in it (cxengage 7.2).
    """
    now = clock.now()
    answered = WorkOffer.objects.filter(
        talk_started_at__gt=now - _LOOKS_BACK, queue_entry__queue__isnull=False, interaction__deleted_at=None
    )
    if where.queues is not None:
        answered = answered.filter(queue_entry__queue__in=where.queues)
    if where.channels is not None:
        answered = answered.filter(queue_entry__channel__in=where.channels)
    weighed = waited = 0.0
    times: Any = answered.values_list("queue_entry__entered_at", "talk_started_at")
    for entered, talked in times:
        weight = 1 - (now - talked) / _LOOKS_BACK
        weighed += weight
        waited += weight * (talked - entered).total_seconds() * 1000
    return -int(-(waited / weighed) // _MINUTE_MS) * _MINUTE_MS if weighed else None


def position(interaction_id: int) -> int | None:
    """One plus how many of the queue are in front (cxengage 10.5); None for who waits in no queue."""
    entry = QueueEntry.objects.filter(interaction=interaction_id, left_at=None, queue__isnull=False).first()
    if entry is None:
        return None
    waiting = QueueEntry.objects.filter(queue=entry.queue, left_at=None, interaction__deleted_at=None)
    sooner = Q(turn__lt=entry.turn) | Q(turn=entry.turn, waits_since__lt=entry.waits_since)
    same = Q(turn=entry.turn, waits_since=entry.waits_since, pk__lt=entry.pk)
    return 1 + waiting.filter(sooner | same).count()
