"""Many contacts written down, written over or deleted, with as many queries as one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import Invalid, NotAllowed, NotFound, SwitchroomError
from apps.common.inserting import insert
from apps.common.updating import update
from apps.engagements.differences import columns_of
from apps.engagements.drafts import Changes, NewInteraction, check_each
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.many.outcomes import rows_of, write_unique
from apps.engagements.operations.recording import new_row, write_rest
from apps.engagements.operations.revising import changed, put
from apps.engagements.operations.rows import stamps
from apps.engagements.operations.telling import tell_each
from apps.topics.models import EngagementTopic


def record_many(
    drafts: Sequence[NewInteraction], *, by: User, at: datetime | None = None
) -> list[EngagementInteraction | SwitchroomError]:
    """Write down many contacts, each as `record` does. Publishes `engagement.recorded` of each that was written."""
    at = at or clock.now()
    checked, stamped = check_each(drafts, by=by), stamps(by, at)
    outcomes: list[Any] = [
        stored if isinstance(stored, Invalid) else new_row(draft, stored, stamped, at)
        for draft, stored in zip(drafts, checked, strict=True)
    ]
    with transaction.atomic(savepoint=False):
        write_unique(outcomes, insert)
        written = [
            (draft, stored)
            for draft, stored, row in zip(drafts, checked, outcomes, strict=True)
            if not isinstance(stored, Invalid) and not isinstance(row, SwitchroomError)
        ]
        write_rest(written, by, at)
    return outcomes


def revise_many(
    changes: Sequence[Changes], *, by: User, at: datetime | None = None
) -> list[EngagementInteraction | SwitchroomError]:
    """Write over many contacts, none of them twice and none of them live, each as `revise` does.

    Publishes `engagement.changed` of each that is other than before.
    """
    at = at or clock.now()
    with transaction.atomic(savepoint=False):
        locked = _lock([each.row.pk for each in changes])
        there = [each for each in changes if each.row.pk in locked]
        before = {key: columns_of(row) for key, row in locked.items()}
        for each in there:
            each.row = locked[each.row.pk]
        revised: dict[int, Any] = {}
        for each, stored in zip(there, check_each(there, by=by), strict=True):
            if not isinstance(stored, Invalid):
                put(each.row, stored[0], at=at)
            revised[each.row.pk] = stored if isinstance(stored, Invalid) else each.row
        outcomes = [revised.get(each.row.pk, NotFound(gettext("no such interaction"))) for each in changes]
        _save_changed(outcomes, before, by, at)
    return outcomes


def _save_changed(outcomes: list[Any], before: dict[int, Any], by: User, at: datetime) -> None:
    changes = {row.pk: change for row in rows_of(outcomes) if (change := changed(row, before[row.pk]))}
    for row in rows_of(outcomes):
        if row.pk in changes:
            row.touch(by_id=by.pk)
    write_unique(outcomes, lambda rows: update([row for row in rows if row.pk in changes]))
    told = [(row, changes[row.pk]) for row in rows_of(outcomes) if row.pk in changes]
    tell_each("engagement.changed", told, by=by, at=at)


def delete_many(
    interactions: Sequence[EngagementInteraction], *, by: User, at: datetime | None = None
) -> list[EngagementInteraction | SwitchroomError]:
    """Hide many contacts, none of them twice, each as `delete` does. Publishes `engagement.deleted` of each."""
    at = at or clock.now()
    with transaction.atomic(savepoint=False):
        locked = _lock([each.pk for each in interactions])
        outcomes = [_deletable(locked.get(each.pk)) for each in interactions]
        rows = rows_of(outcomes)
        for row in rows:
            row.deleted_at = at  # the children get the same instant, so that undelete knows which went with it
            row.touch(by_id=by.pk)
        update(rows)
        if rows:
            stamps = {name: getattr(rows[0], name) for name in ("last_modified_date", "system_modstamp")}
            for model in (EngagementAttendee, EngagementTopic):
                model.objects.filter(engagement__in=[row.pk for row in rows]).update(
                    deleted_at=at, last_modified_by=by, **stamps
                )
        tell_each("engagement.deleted", [(row, {}) for row in rows], by=by, at=at)
    return outcomes


def _deletable(row: EngagementInteraction | None) -> EngagementInteraction | SwitchroomError:
    if row is None:
        return NotFound(gettext("no such interaction"))
    return NotAllowed(gettext("a live interaction is closed before it is deleted")) if row.is_live else row


def _lock(keys: Sequence[int]) -> dict[int, EngagementInteraction]:
    """In the order of their keys, so that two who lock the same do not wait for each other."""
    return {row.pk: row for row in EngagementInteraction.objects.locked().filter(pk__in=keys).order_by("pk")}
