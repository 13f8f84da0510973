"""Earlier contacts of the same number, however it was written (C-38)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.queues.models import QueueEntry
from apps.supervision.interactions.signs import channel_icon

SHOWN = 10
_LIST = "admin:engagements_engagementinteraction_changelist"


@dataclass(frozen=True)
class Previous:
    interaction: EngagementInteraction
    queue: str
    icon: str

    @property
    def about(self) -> str:
        one = self.interaction
        return one.subject or one.reason or str(one.get_channel_display())


def previous_of(interaction: EngagementInteraction, *, by: User) -> Sequence[Previous]:
    """Those that `by` may see, the newest first, in one query."""
    if not interaction.phone_key:
        return []
    queue = QueueEntry.objects.filter(interaction=OuterRef("pk"), queue__isnull=False).order_by("-entered_at")
    rows: Any = (
        EngagementInteraction.objects.visible_to(by)
        .filter(phone_key=interaction.phone_key)
        .exclude(pk=interaction.pk)
        .annotate(queue_name=Subquery(queue.values("queue__name")[:1]))
        .order_by("-start_date_time", "-id")
    )
    return [Previous(row, row.queue_name or "", channel_icon(row.channel)) for row in rows[:SHOWN]]


def all_of_the_number(interaction: EngagementInteraction) -> str:
    """The list of interactions, narrowed to the number."""
    return f"{reverse(_LIST)}?{urlencode({'q': interaction.phone_key})}" if interaction.phone_key else ""
