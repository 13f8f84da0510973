"""One event for each interaction that an operation on the record changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.engagements.snapshot import snapshot
from apps.events.ledger import publish, publish_each


def tell(
    name: str,
    interaction: EngagementInteraction,
    *,
    by: User,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Publish the event with the interaction as it now is, to whoever handles it."""
    publish(
        name,
        interaction_id=interaction.pk,
        by_id=by.pk,
        audience=[interaction.handler.user_id] if interaction.handler else (),
        data=_data(interaction, changes),
        at=at,
    )


def tell_each(
    name: str, told: Iterable[tuple[EngagementInteraction, Mapping[str, Any]]], *, by: User, at: datetime
) -> None:
    """Publish the event of each interaction as it now is, with its changes."""
    publish_each(name, [(each.pk, _data(each, changes)) for each, changes in told], by_id=by.pk, at=at)


def _data(interaction: EngagementInteraction, changes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"interaction": snapshot(interaction), "parts": [], "changes": dict(changes or {})}
