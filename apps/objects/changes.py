"""What befell records, transaction by transaction: read from the versions that triggers keep, so nothing is missed.

Followed as the ledger is (`events.reader`): by the writing transaction, and only below the oldest one still running.
Within a transaction each record has one change, the difference between how it was before and after; they are numbered.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import ExpressionWrapper, OuterRef, Subquery

from apps.common import clock
from apps.events import reader
from apps.events.reader import Position
from apps.objects import registry
from apps.objects.columns import Column, columns_of
from apps.objects.registry import SObject
from apps.tenants import scope

KEPT = timedelta(hours=72)  # how far back a reader may begin, as on the platform
# In this order within a transaction, so that parents come before what belongs to them.
FOLLOWED = ("EngagementInteraction", "VoiceCall", "EngagementAttendee", "EngagementTopic")
_TRANSACTIONS = 25  # read at once
_UNTOLD = frozenset({"pk", "system_modstamp", "is_deleted", "last_viewed_date", "last_referenced_date"})
_OWN = ("pgh_id", "pgh_obj_id", "pgh_created_at", "deleted_at", "last_modified_by_id", "last_modified_date")


class Kind(StrEnum):
    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    UNDELETE = "UNDELETE"


@dataclass(frozen=True)
class Change:
    """One record's change by one transaction. `position.id` is its number within that, from 1.

    `values` are by API name: all that are not empty of a record that came or came back, of others what changed.
    """

    position: Position
    sobject: SObject
    key: int
    kind: Kind
    at: datetime
    by_id: int | None  # None where no person did it
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    changes: Sequence[Change]  # oldest first, whole transactions
    position: Position  # where the next read starts
    is_full: bool  # more may be read at once


def earliest() -> Position:
    """Where whoever wants everything that is kept begins: behind the newest change that no longer is."""
    older = (
        "select xid from {table} where tenant_id = %(tenant)s and pgh_created_at < %(since)s order by xid desc limit 1"
    )
    newest = _asked_of_each(older, "max(found.xid)::text", since=clock.now() - KEPT)
    return Position(int(newest or 0) + 1)


def is_kept(place: Position) -> bool:
    """Whether everything after a place can still be told."""
    next_one = (
        "select pgh_created_at from {table} where tenant_id = %(tenant)s and xid > %(after)s::text::xid8 "
        "order by xid limit 1"
    )
    following = _asked_of_each(next_one, "min(found.pgh_created_at)", after=str(place.xid))
    return place < reader.now() and (following is None or following >= clock.now() - KEPT)


def _asked_of_each(question: str, answer: str, **values: Any) -> Any:
    """One value out of what the versions of every object say."""
    each = " union all ".join(f"({question.format(table=_versions(sobject)._meta.db_table)})" for sobject in followed())
    with connection.cursor() as cursor:
        cursor.execute(f"select {answer} from ({each}) found", {"tenant": scope.tenant_id(), **values})
        return cursor.fetchone()[0]


def read(after: Position, objects: Collection[SObject]) -> Batch:
    """The next changes of these objects in the tenant in scope, after a position. A fixed number of queries."""
    watermark = reader.now()
    transactions = _transactions(after, watermark, objects)
    is_full = len(transactions) == _TRANSACTIONS
    position = Position(transactions[-1] + 1) if is_full else watermark
    found = [change for change in _changes(transactions) if change.position > after and change.sobject in objects]
    return Batch(found, max(after, position), is_full)


def _transactions(after: Position, watermark: Position, objects: Collection[SObject]) -> list[int]:
    """The first ones, not before that of the position, which wrote records of these objects."""
    each = " union ".join(
        f"(select distinct xid from {_versions(sobject)._meta.db_table} where tenant_id = %(tenant)s"
        " and xid >= %(first)s::text::xid8 and xid < %(end)s::text::xid8 order by xid limit %(most)s)"
        for sobject in objects
    )
    values: dict[str, Any] = {
        "first": str(after.xid),
        "end": str(watermark.xid),
        "most": _TRANSACTIONS,
        "tenant": scope.tenant_id(),
    }
    with connection.cursor() as cursor:
        statement = f"select xid::text from ({each}) found order by found.xid limit %(most)s"
        cursor.execute(statement, values)
        return [int(xid) for (xid,) in cursor.fetchall()]


def _changes(transactions: Sequence[int]) -> Iterator[Change]:
    """All changes of the transactions, numbered."""
    found = [
        (xid, rank, sobject, *versions)
        for rank, sobject in enumerate(followed())
        for xid, versions in _written(sobject, transactions)
    ]
    found.sort(key=lambda each: (each[0], each[1], each[3][0]["pgh_id"]))
    for xid, changed in groupby(found, key=lambda each: each[0]):
        number = 0
        for _, _, sobject, versions, before in changed:
            if told := _told(sobject, before, versions[-1]):
                number += 1
                kind, values = told
                yield _change(Position(xid, number), sobject, kind, values, before, versions[-1])


def followed() -> Sequence[SObject]:
    return [registry.named(name) for name in FOLLOWED]


Row = dict[str, Any]


def _written(sobject: SObject, transactions: Sequence[int]) -> Iterator[tuple[int, tuple[list[Row], Row | None]]]:
    """For each transaction and record: the versions written, and the one before them."""
    model = _versions(sobject)
    previous = model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    rows = list(
        _rows(sobject, xid__in=transactions).annotate(
            previous=Subquery(previous.order_by("-pgh_id").values("pgh_id")[:1])
        )
    )
    rows.sort(key=lambda row: (row["xid"], row["pgh_obj_id"], row["pgh_id"]))
    written = [(xid, list(each)) for (xid, _), each in groupby(rows, key=lambda row: (row["xid"], row["pgh_obj_id"]))]
    wanted = {versions[0]["previous"] for _, versions in written} - {None}
    before = {row["pgh_id"]: row for row in _rows(sobject, pgh_id__in=wanted)} if wanted else {}
    for xid, versions in written:
        yield xid, (versions, before.get(versions[0]["previous"]))


def _rows(sobject: SObject, **those: Any) -> Any:
    """Versions with all that can be told of them; what the table works out itself, a version does too."""
    model = _versions(sobject)
    worked_out = {
        column.path: _WorkedOut(sobject.column(column.path))
        for column in told_columns(sobject)
        if not column.custom and not column.links and not column.texts and sobject.column(column.path).generated
    }
    paths = {path for column in told_columns(sobject) for path in column.reads} - worked_out.keys()
    found = model.objects.filter(tenant_id=scope.tenant_id(), **those).annotate(**worked_out)
    return found.values("xid", *_OWN, *sorted(paths - set(_OWN)), *worked_out)


class _WorkedOut(ExpressionWrapper):  # type: ignore[type-arg]
    """A generated column's own expression, over other rows with the columns that it is made of."""

    def __init__(self, column: Any) -> None:
        super().__init__(column.expression, column.output_field)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        sql, values = super().as_sql(compiler, connection)
        return (sql if values else sql.replace("%", "%%")), values  # written for a definition, which takes no values


def told_columns(sobject: SObject) -> Sequence[Column]:
    """The fields that a change tells: all but the id, what follows from the change itself, and what is per user."""
    return [
        column for column in columns_of(sobject).values() if column.path not in _UNTOLD and column.component is None
    ]


def _versions(sobject: SObject) -> Any:
    return sobject.model._meta.get_field("events").related_model


def _told(sobject: SObject, before: Row | None, after: Row) -> tuple[Kind, Mapping[str, Any]] | None:
    """What a transaction did to a record; None where nobody could see a difference."""
    was_there, is_there = before is not None and before["deleted_at"] is None, after["deleted_at"] is None
    if was_there and not is_there:
        return Kind.DELETE, {}
    if not is_there:
        return None
    now = {column.name: column.value(after) for column in told_columns(sobject)}
    if before is None or not was_there:
        kind = Kind.CREATE if before is None else Kind.UNDELETE
        return kind, {name: value for name, value in now.items() if value is not None}
    changed = {
        column.name: now[column.name] for column in told_columns(sobject) if column.value(before) != now[column.name]
    }
    return (Kind.UPDATE, changed) if changed else None


def _change(
    position: Position, sobject: SObject, kind: Kind, values: Mapping[str, Any], before: Row | None, after: Row
) -> Change:
    stamped = before is None or before["last_modified_date"] != after["last_modified_date"]
    by_id = after["last_modified_by_id"] if stamped else None
    return Change(position, sobject, after["pgh_obj_id"], kind, after["pgh_created_at"], by_id, values)
