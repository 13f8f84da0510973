"""The calls for many records of one object: of each what it came to, or why nothing was written of it.

The number of queries does not depend on the number of records.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.engagements.drafts import NewRecord
from apps.engagements.operations.many import attempt
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.writing.bodies import Sent, read_changes, read_new
from apps.facades.salesforce_sobjects.writing.calls import (
    operations_of,
    rejected,
    require_right,
)
from apps.facades.salesforce_sobjects.writing.objects import Operations
from apps.facades.salesforce_sobjects.writing.parents import Parents
from apps.facades.salesforce_sobjects.writing.rejections import IS_DELETED, Mistake, Names, Rejected, tried
from apps.objects.registry import SObject

_MOST_REPEATS = 12  # updates of the same record in one call
_NO_RECORD = Mistake("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
_REPEATED = Mistake("DUPLICATE_VALUE", "The same record is named too often in one call", ["Id"])


def create_many(
    sobject: SObject, bodies: Sequence[Any], user: User, *, drafts: Sequence[NewRecord] | None = None
) -> list[str | Rejected]:
    """New records; of each its id. `drafts` are those to fill, where there is more to say than the bodies do."""
    operations = operations_of(sobject, "create")
    empty = drafts or [operations.draft() for _ in bodies]
    read = partial(read_new, sobject, by=user, parents=Parents(sobject, bodies, user))
    sent = [tried(partial(read, body, draft)) for body, draft in zip(bodies, empty, strict=True)]

    def write(good: Sequence[Sent]) -> Sequence[Any]:
        if operations.create_many:
            return operations.create_many([each.draft for each in good], by=user)
        return [attempt(partial(operations.create, each.draft, by=user)) for each in good]

    return _results(sobject, sent, write)


def update_many(sobject: SObject, changes: Sequence[tuple[str, Any]], user: User) -> list[str | Rejected]:
    """Write over records, given as ids and bodies; one that is named several times is written as often, in order."""
    operations = operations_of(sobject, "update")
    results: list[str | Rejected] = [Rejected(_REPEATED)] * len(changes)

    def write(good: Sequence[Sent]) -> Sequence[Any]:
        if operations.revise_many:
            return operations.revise_many([each.draft for each in good], by=user)
        return [attempt(partial(operations.revise, each.draft.row, each.draft, by=user)) for each in good]

    parents = Parents(sobject, [body for _, body in changes], user)
    for turn in _turns([record_id[:15] for record_id, _ in changes]):
        rows = _find(sobject, [changes[index][0] for index in turn], user)
        sent = [
            row
            if isinstance(row, Rejected)
            else tried(partial(read_changes, row, sobject, changes[index][1], by=user, parents=parents))
            for index, row in zip(turn, rows, strict=True)
        ]
        for index, result in zip(turn, _results(sobject, sent, write), strict=True):
            results[index] = result
    return results


def delete_many(sobject: SObject, ids: Sequence[str], user: User) -> list[str | Rejected]:
    """Put records into the recycle bin; one that is named again is gone by then."""
    operations = operations_of(sobject, "delete")
    first = {record_id[:15]: index for index, record_id in reversed(list(enumerate(ids)))}
    rows = [
        tried(partial(_deletable, operations, row, user)) if first[ids[index][:15]] == index else Rejected(IS_DELETED)
        for index, row in enumerate(_find(sobject, ids, user))
    ]

    def write(good: Sequence[Any]) -> Sequence[Any]:
        if operations.delete_many:
            return operations.delete_many(good, by=user)
        return [attempt(partial(operations.delete, row, by=user)) or row for row in good]

    return _results(sobject, rows, write)


def _deletable(operations: Operations, row: Any, user: User) -> Any:
    if isinstance(row, Rejected):
        raise row
    require_right(operations, row, user)
    return row


def _results(
    sobject: SObject, read: Sequence[Any], write: Callable[[Sequence[Any]], Sequence[Any]]
) -> list[str | Rejected]:
    """Write what could be read, and say of each what it came to."""
    outcomes = iter(write([each for each in read if not isinstance(each, Rejected)]))
    return [each if isinstance(each, Rejected) else _result(sobject, each, next(outcomes)) for each in read]


def _result(sobject: SObject, written: Any, outcome: Any) -> str | Rejected:
    if isinstance(outcome, SwitchroomError):
        return rejected(outcome, written.names if isinstance(written, Sent) else Names(sobject))
    return sobject.id_of(outcome.pk)


def _turns(keys: Sequence[str]) -> Iterator[list[int]]:
    """The positions of the keys, in as many lists as it takes for no key to be in one of them twice."""
    turns: list[list[int]] = []
    seen: Counter[str] = Counter()
    for position, key in enumerate(keys):
        if seen[key] == len(turns) and len(turns) < _MOST_REPEATS:
            turns.append([])
        if seen[key] < len(turns):
            turns[seen[key]].append(position)
        seen[key] += 1
    return iter(turns)


def _find(sobject: SObject, ids: Sequence[str], user: User) -> list[Any]:
    """The rows of these ids that the user may see, with their interactions."""
    rows = visible(sobject, user, with_deleted=True).filter(sobject.with_ids(ids))
    if any(field.name == "engagement" for field in sobject.model._meta.fields):
        rows = rows.select_related("engagement")
    found = {sobject.id_of(row.pk)[:15]: row for row in rows}
    return [_found(sobject, record_id, found) for record_id in ids]


def _found(sobject: SObject, record_id: str, rows: Mapping[str, Any]) -> Any:
    if sobject.with_id(record_id) is None:
        return Rejected(Mistake("MALFORMED_ID", f"malformed id {record_id}", ["Id"]))
    row = rows.get(record_id[:15])
    if row is None:
        return Rejected(_NO_RECORD)
    return row if getattr(row, "deleted_at", None) is None else Rejected(IS_DELETED)
