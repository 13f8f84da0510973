"""Lines of a chat as events carry them."""

from typing import Any

from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.engagements.written import participant_snapshot
from apps.tenants.selecting import Select

_MOST = 500
_NEWEST = Select(
    lambda interaction: (
        ConversationEntry.objects.filter(interaction_id=interaction)
        .select_related("speaker")
        .order_by("-number")[:_MOST]
    ),
    numbers=["interaction"],
)


def shown(entry: ConversationEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "text": entry.text,
        "visibility": entry.visibility,
        "at": entry.started_at.isoformat(),
        "from": participant_snapshot(entry.speaker) if entry.speaker else None,
    }


def history(interaction: EngagementInteraction) -> list[dict[str, Any]]:
    """The newest lines, oldest first: as many as somebody who joins is shown."""
    return [shown(entry) for entry in reversed(_NEWEST(interaction=interaction.pk))]
