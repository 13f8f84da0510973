"""What is said in the open contact, as it is said."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.expressions import RawSQL

from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.reporting.mood import Mood, last_mood
from apps.reporting.transcript import WINDOW, Line, told
from apps.tenants.selecting import Select

_NEWEST = Select(
    lambda interaction, since: ConversationEntry.objects.filter(
        interaction_id=interaction, number__gt=RawSQL("%s::bigint", [since])
    ).order_by("-started_at", "-number")[: WINDOW + 1],
    numbers=["interaction"],
    texts=["since"],
)


@dataclass(frozen=True)
class Talk:
    """The newest lines in the order they were said, or those that came after one that the page shows."""

    lines: Sequence[Line]
    mood: Mood | None
    has_more: bool  # before these


def talk(interaction: EngagementInteraction, *, customer: str, since: int | None = None) -> Talk:
    """`since` is the number of the newest line that the page shows. A few queries, however long the talk is."""
    newest = _NEWEST(interaction=interaction.pk, since=-1 if since is None else since)
    lines = told(interaction, newest[:WINDOW][::-1], customer=customer)
    return Talk(lines, last_mood(interaction), len(newest) > WINDOW)
