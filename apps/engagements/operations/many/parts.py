"""Many attendees or topics added, written over or taken away, with as many queries as one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import Invalid, NotFound, SwitchroomError
from apps.common.inserting import insert
from apps.common.updating import update
from apps.engagements.differences import Befell, columns_of, told
from apps.engagements.drafts import Changes, NewAttendee, NewTopic, check_each
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.many.outcomes import attempt, rows_of
from apps.engagements.operations.parts import PARENT, no_such_engagement, revise_topic
from apps.engagements.operations.revising import assign, changed
from apps.engagements.operations.rows import new_child, stamps
from apps.engagements.operations.telling import tell_each
from apps.topics.models import EngagementTopic

Part: TypeAlias = EngagementAttendee | EngagementTopic
Draft: TypeAlias = NewAttendee | NewTopic


def add_many(drafts: Sequence[Draft], *, by: User, at: datetime | None = None) -> list[Part | SwitchroomError]:
    """Add many parts of one kind, each as `add_attendee` and `add_topic` do. Publishes `engagement.changed` of each."""
    at = at or clock.now()
    for draft in drafts:
        draft.required = {*draft.required, "engagement"}
    stamped = stamps(by, at)
    with transaction.atomic(savepoint=False):
        checked = _checked(drafts, by)
        parents = _Parents(rows_of(checked), by)
        outcomes = [
            parents.of(values) or new_child(draft.model, values, stamped)
            for draft, values in zip(drafts, checked, strict=True)
        ]
        rows = rows_of(outcomes)
        insert(rows)
        _tell([(row, told(row, Befell.CREATED)) for row in rows], parents.rows, by, at)
    for draft, row in zip(drafts, outcomes, strict=True):
        draft.row = row
    return outcomes


def revise_parts(changes: Sequence[Changes], *, by: User, at: datetime | None = None) -> list[Part | SwitchroomError]:
    """Write over many parts of one kind, none of them twice, each as `revise_attendee` and `revise_topic` do.

    Publishes `engagement.changed` of each that is other than before. Topics that are put below others go one by one,
    because of what they could make together.
    """
    at = at or clock.now()
    alone = [each for each in changes if each.values.get("parent_topic")]
    together = [each for each in changes if each not in alone]
    outcomes = dict(zip(map(id, together), _revise(together, by, at), strict=True))
    for each in alone:
        outcomes[id(each)] = attempt(partial(revise_topic, each.row, each, by=by, at=at))
    return [outcomes[id(each)] for each in changes]


def _revise(changes: Sequence[Changes], by: User, at: datetime) -> list[Part | SwitchroomError]:
    with transaction.atomic(savepoint=False):
        interactions, locked = _lock([each.row for each in changes])
        before = {key: columns_of(row) for key, row in locked.items()}
        there = [each for each in changes if each.row.pk in locked]
        for each in there:
            each.row = locked[each.row.pk]
        checked = _checked(there, by)
        parents = _Parents([values for values in rows_of(checked) if values.keys() >= PARENT], by)
        revised = {each.row.pk: _put(each.row, values, parents) for each, values in zip(there, checked, strict=True)}
        outcomes = [revised.get(each.row.pk, NotFound(gettext("no such record"))) for each in changes]
        written = [(row, change) for row in rows_of(outcomes) if (change := changed(row, before[row.pk]))]
        for row, _ in written:
            row.touch(by_id=by.pk)
        update([row for row, _ in written])
        _tell(written, {**interactions, **parents.rows}, by, at)
    return outcomes


def delete_parts(rows: Sequence[Part], *, by: User, at: datetime | None = None) -> list[Part | SwitchroomError]:
    """Hide many parts of one kind, none of them twice, each as `delete_attendee` and `delete_topic` do.

    Publishes `engagement.changed` of each.
    """
    at = at or clock.now()
    with transaction.atomic(savepoint=False):
        interactions, locked = _lock(rows)
        for row in locked.values():
            row.deleted_at = at
            row.touch(by_id=by.pk)
        update(list(locked.values()))
        _tell([(row, told(row, Befell.DELETED)) for row in locked.values()], interactions, by, at)
    return [locked.get(row.pk, NotFound(gettext("no such record"))) for row in rows]


class _Parents:
    """The interactions that the values of parts name, themselves or by a call, under lock."""

    def __init__(self, named: Sequence[Mapping[str, Any]], by: User) -> None:
        calls = {values["voice_call_id"] for values in named} - {None}
        seen = EngagementInteraction.objects.visible_to(by)
        of_calls = seen.filter(voice_calls__in=calls, voice_calls__deleted_at=None) if calls else seen.none()
        self._by_call = dict(of_calls.values_list("voice_calls__pk", "pk"))
        keys = {values["engagement_id"] for values in named} - {None} | set(self._by_call.values())
        self.rows = {row.pk: row for row in seen.locked().filter(pk__in=keys).order_by("pk")} if keys else {}

    def of(self, values: Any) -> SwitchroomError | None:
        """Why the values, or their problem, name no interaction; they name it directly afterwards."""
        if isinstance(values, SwitchroomError):
            return values
        call = values["voice_call_id"]
        key = values["engagement_id"] = self._by_call.get(call) if call else values["engagement_id"]
        return None if key in self.rows else no_such_engagement()


def _checked(drafts: Sequence[Draft | Changes], by: User) -> list[Any]:
    return [each if isinstance(each, Invalid) else each[0] for each in check_each(drafts, by=by)]


def _put(row: Part, values: Any, parents: _Parents) -> Part | SwitchroomError:
    if isinstance(values, Invalid):
        return values
    if values.keys() >= PARENT and (problem := parents.of(values)):
        return problem
    assign(row, values)
    return row


def _lock(rows: Sequence[Part]) -> tuple[dict[int, EngagementInteraction], dict[int, Part]]:
    """The interactions, then the rows that are there, by their keys, so that no two wait for each other."""
    if not rows:
        return {}, {}
    keys = {row.engagement_id for row in rows}
    interactions = EngagementInteraction.objects.locked().filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in interactions}
    parts = type(rows[0]).objects.locked().filter(pk__in=[row.pk for row in rows], engagement__in=found)
    return found, {row.pk: row for row in parts.order_by("pk")}


def _tell(
    written: Iterable[tuple[Part, Mapping[str, Any]]], interactions: Mapping[int, Any], by: User, at: datetime
) -> None:
    events = [(interactions[row.engagement_id], change) for row, change in written]
    tell_each("engagement.changed", events, by=by, at=at)
