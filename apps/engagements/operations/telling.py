"""The one event of each operation on the record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.engagements.snapshot import snapshot
from apps.events.ledger import publish


def tell(
    name: str,
    interaction: EngagementInteraction,
    *,
    by: User,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Publish the event with the interaction as it now is."""
    data = {"interaction": snapshot(interaction), "parts": [], "changes": dict(changes or {})}
    publish(name, interaction_id=interaction.pk, by_id=by.pk, data=data, at=at)
