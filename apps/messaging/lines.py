"""Lines of a chat as events carry them."""

from typing import Any

from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.engagements.written import participant_snapshot


def shown(entry: ConversationEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "text": entry.text,
        "visibility": entry.visibility,
        "at": entry.started_at.isoformat(),
        "from": participant_snapshot(entry.speaker) if entry.speaker else None,
    }


def shown_lines(interaction: EngagementInteraction, most: int) -> list[dict[str, Any]]:
    """The newest lines, oldest first."""
    newest = ConversationEntry.objects.filter(interaction=interaction).select_related("speaker").order_by("-number")
    return [shown(entry) for entry in reversed(newest[:most])]
