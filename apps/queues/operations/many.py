"""Many contacts at once, some of which may be live: those go one by one, the others together."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes, many
from apps.engagements.operations.many import attempt
from apps.queues.operations.deleting import delete
from apps.queues.operations.revising import revise


def revise_many(
    changes: Sequence[Changes], *, by: User, at: datetime | None = None
) -> list[EngagementInteraction | SwitchroomError]:
    """Write over many contacts, none of them twice, each as `revise` does."""
    together = [each for each in changes if not each.row.is_live]
    outcomes = _by_key(together, many.revise_many(together, by=by, at=at))
    return [
        attempt(partial(revise, each.row, each, by=by, at=at)) if id(each) not in outcomes else outcomes[id(each)]
        for each in changes
    ]


def delete_many(
    interactions: Sequence[EngagementInteraction], *, by: User, at: datetime | None = None
) -> list[EngagementInteraction | SwitchroomError]:
    """Delete many contacts, none of them twice, each as `delete` does."""
    together = [each for each in interactions if not each.is_live]
    outcomes = _by_key(together, many.delete_many(together, by=by, at=at))
    return [
        attempt(partial(_delete, each, by, at)) if id(each) not in outcomes else outcomes[id(each)]
        for each in interactions
    ]


def _delete(interaction: EngagementInteraction, by: User, at: datetime | None) -> EngagementInteraction:
    delete(interaction, by=by, at=at)
    return interaction


def _by_key(items: Sequence[Any], outcomes: Sequence[Any]) -> dict[int, Any]:
    return dict(zip(map(id, items), outcomes, strict=True))
