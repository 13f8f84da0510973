"""How long one who came now would wait (cxengage 7.2), and who is how far in front (10.5)."""

from datetime import timedelta
from typing import Any

from django.db.models import Q

from apps.common import clock
from apps.common.errors import NotFound
from apps.engagements.models import EngagementInteraction
from apps.facades.cxengage.payloads.formats import Row
from apps.queues.models import QueueEntry, WorkOffer
from apps.reporting.statistics.asking import Where

_LOOKS_BACK = timedelta(minutes=15)
_MINUTE_MS = 60_000


def estimated_wait(where: Where) -> Row:
    """Times to answer of the last quarter of an hour, an answer of now weighing most, up to a whole minute."""
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
    minutes = -int(-(waited / weighed) // _MINUTE_MS) if weighed else None
    return {"avg": minutes * _MINUTE_MS if minutes is not None else None, "unit": "millis"}


def position(interaction: EngagementInteraction) -> Row:
    """One plus how many are in front. Raises NotFound for who waits in no queue (X-59)."""
    entry = QueueEntry.objects.filter(interaction=interaction, left_at=None, queue__isnull=False).first()
    if entry is None:
        raise NotFound("not in a queue")
    waiting = QueueEntry.objects.filter(queue=entry.queue, left_at=None, interaction__deleted_at=None)
    sooner = Q(turn__lt=entry.turn) | Q(turn=entry.turn, waits_since__lt=entry.waits_since)
    same = Q(turn=entry.turn, waits_since=entry.waits_since, pk__lt=entry.pk)
    return {"count": 1 + waiting.filter(sooner | same).count(), "unit": "count"}
