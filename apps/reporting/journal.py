"""What happened in an interaction, read at once: every figure of it is worked out from this (M-01)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from apps.engagements.models import EngagementInteraction
from apps.queues.models import Hold, QueueEntry, Segment, WorkOffer


@dataclass(frozen=True)
class Journal:
    """One interaction with its legs, its stays in queues, its agents' parts and its holds, each in order of time."""

    interaction: EngagementInteraction
    segments: Sequence[Segment] = field(default_factory=list)
    entries: Sequence[QueueEntry] = field(default_factory=list)
    offers: Sequence[WorkOffer] = field(default_factory=list)
    holds: Sequence[Hold] = field(default_factory=list)


def load(interactions: Iterable[EngagementInteraction]) -> list[Journal]:
    """The journals of these interactions, in their order: four queries, however many there are."""
    wanted = list(interactions)
    keys = [interaction.pk for interaction in wanted]
    segments = _by_interaction(Segment.objects.select_related("by_agent__user", "to_agent__user"), keys)
    entries = _by_interaction(QueueEntry.objects.select_related("segment", "queue", "target_agent__user", "sla"), keys)
    offers = _by_interaction(
        WorkOffer.objects.select_related(
            "agent__user", "session", "segment", "disposition", "queue_entry__queue", "queue_entry__target_agent__user"
        ),
        keys,
    )
    holds = _by_interaction(Hold.objects.all(), keys)
    return [
        Journal(interaction, segments[key], entries[key], offers[key], holds[key])
        for key, interaction in zip(keys, wanted, strict=True)
    ]


def load_one(interaction: EngagementInteraction) -> Journal:
    """The journal of one interaction."""
    return load([interaction])[0]


def _by_interaction(rows: "QuerySet[Any]", keys: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(interaction_id__in=keys):
        found[row.interaction_id].append(row)
    return found
