"""Writing over what a record says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import NotFound, Outdated
from apps.engagements import status
from apps.engagements.differences import Befell, columns_of, told
from apps.engagements.drafts import Changes, check_one
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.rows import follow
from apps.engagements.operations.telling import tell
from apps.engagements.operations.uniqueness import one_identifier
from apps.objects.records import Record


@transaction.atomic
def revise(
    interaction: EngagementInteraction,
    changes: Changes,
    *,
    by: User,
    at: datetime | None = None,
    unchanged_since: datetime | None = None,
) -> EngagementInteraction:
    """Write the record alone, and what follows from it: state, keys, times. Publishes `engagement.changed`.

    Of a contact that may be live, `queues.operations.revise` asks. What changes nothing writes nothing. Raises Invalid
    with every problem, NotFound if it is gone, Outdated if somebody has written it after `unchanged_since`.
    """
    at = at or clock.now()
    found = EngagementInteraction.objects.locked().filter(pk=interaction.pk).first()
    if found is None:
        raise NotFound(gettext("no such interaction"))
    if change := write_over(found, changes, by=by, at=at, unchanged_since=unchanged_since):
        with one_identifier(found):
            found.touch(by_id=by.pk)
            found.save()
        tell("engagement.changed", found, by=by, at=at, changes=change)
    return found


def write_over(
    found: EngagementInteraction,
    changes: Changes,
    *,
    by: User,
    at: datetime,
    unchanged_since: datetime | None = None,
) -> dict[str, Any]:
    """Check and assign, without saving; the caller holds the lock. Returns what an event tells, empty if nothing."""
    require_unchanged(found, unchanged_since)
    changes.row, before = found, columns_of(found)
    put(found, check_one(changes, by=by), at=at)
    return changed(found, before)


def put(found: EngagementInteraction, values: dict[str, Any], *, at: datetime) -> None:
    """Assign checked columns, and what follows from them."""
    if "status" in values:
        status.write(found, values.pop("status"))
    assign(found, values)
    follow(found, values, at=at)


def require_unchanged(row: Record, since: datetime | None) -> None:
    """Raises Outdated if anybody has written the row after that."""
    if since is not None and row.system_modstamp > since:
        raise Outdated(gettext("somebody has changed it meanwhile"))


def assign(row: Model, values: Mapping[str, Any]) -> None:
    for column, value in values.items():
        setattr(row, column, value)


def changed(row: Record, before: Mapping[str, Any]) -> dict[str, Any]:
    """What an event tells of the row as it is now; empty if it says what it said before."""
    return told(row, Befell.UPDATED, before) if columns_of(row) != before else {}
