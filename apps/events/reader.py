"""Reading the ledger without gaps.

A row's id is drawn before its transaction commits, so "greater than the last I saw" would pass a slower transaction by.
Readers therefore follow (xid, id) and read only below the watermark: the oldest transaction still running. Everything
below it has ended, so it is either visible or never will be.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from apps.common import prepared
from apps.common.fast_json import loads
from apps.common.making import new
from apps.common.threads import in_thread
from apps.events.models import Event
from apps.tenants import scope
from apps.tenants.models import Tenant

LIMIT = 1000  # events in one batch

# Times as microseconds, lists and JSON as text: what the adapters make of them for any query takes longer than all the
# rest.
_COLUMNS = (
    "id, xid::text::bigint, (extract(epoch from at) * 1000000)::bigint, name, interaction_id, agent_id, actor_id,"
    " audience::text, data::text"
)
_AFTER = "where tenant_id = %s and (xid, id) > (%s::text::xid8, %s)"
_IN_ORDER = "order by events_event.xid, events_event.id limit %s"  # the rows' own xid, by which the index is ordered
_ALL = f"select {_COLUMNS} from events_event {_AFTER} {_IN_ORDER}"
_OF_ONE = f"select {_COLUMNS} from events_event {_AFTER} and audience @> array[%s]::bigint[] {_IN_ORDER}"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Position(NamedTuple):
    """A place in the ledger: all of it up to here has been seen."""

    xid: int
    id: int = 0

    def __str__(self) -> str:
        return f"{self.xid}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        match = re.fullmatch(r"(\d{1,18})-(\d{1,18})", text, re.ASCII)
        return cls(int(match[1]), int(match[2])) if match else None

    @classmethod
    def of(cls, event: Event) -> "Position":
        return cls(event.xid, event.id)


class Line:
    """An event as it lies in the ledger: little to keep, and understood as far as it is asked.

    A process keeps thousands of them, of which few are ever rendered.
    """

    __slots__ = ("_row", "_tenant_id", "audience", "place")

    def __init__(self, tenant_id: int, row: tuple[Any, ...]) -> None:
        self.place = Position(row[1], row[0])
        listed = row[7][1:-1]
        self.audience = tuple(map(int, listed.split(","))) if listed else ()
        self._tenant_id = tenant_id
        self._row = row

    @property
    def name(self) -> str:
        return str(self._row[3])

    def event(self) -> Event:
        key, xid, microseconds, name, interaction_id, agent_id, actor_id, _, data = self._row
        values: dict[str, Any] = {
            "id": key,
            "tenant_id": self._tenant_id,
            "xid": xid,
            "at": _EPOCH + timedelta(microseconds=microseconds),
            "name": name,
            "interaction_id": interaction_id,
            "agent_id": agent_id,
            "actor_id": actor_id,
            "audience": list(self.audience),
            "data": loads(data),
        }
        return new(Event, values)


@dataclass(frozen=True)
class Batch:
    lines: list[Line]  # oldest first
    position: Position  # where the next read starts
    is_full: bool  # more may be read at once
    is_behind: bool  # something is committed that an older, running transaction still covers: look again shortly

    @property
    def events(self) -> list[Event]:
        return [line.event() for line in self.lines]


def now() -> Position:
    """The position before everything that has not been readable yet."""
    with prepared.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return Position(cursor.fetchone()[0])


def read(after: Position, *, user_id: int | None = None, limit: int = LIMIT) -> Batch:
    """The next events of the tenant in scope; with `user_id`, only those addressed to that user."""
    # The watermark first, the rows by a later snapshot: all that ended before the one is visible to the other.
    watermark = now()
    tenant_id = scope.tenant_id()
    start: list[int | str] = [tenant_id, str(after.xid), after.id]
    if user_id is None:
        with prepared.cursor() as cursor:
            cursor.execute(_ALL, [*start, limit])
            found = cursor.fetchall()
    else:
        with connection.cursor() as cursor:
            cursor.execute(_OF_ONE, [*start, user_id, limit])
            found = cursor.fetchall()
    lines = [Line(tenant_id, row) for row in found if row[1] < watermark.xid]
    is_full = len(lines) == limit
    position = lines[-1].place if is_full else watermark
    return Batch(lines, max(after, position), is_full, is_behind=len(lines) < len(found))


async def aread(tenant: Tenant, after: Position, *, user_id: int | None = None, limit: int = LIMIT) -> Batch:
    """`read` for async code, in a transaction of its own."""
    return await in_thread(_read_in_scope, tenant, after, user_id, limit)


async def anow() -> Position:
    return await in_thread(now)


def _read_in_scope(tenant: Tenant, after: Position, user_id: int | None, limit: int) -> Batch:
    with scope.scope(tenant):
        return read(after, user_id=user_id, limit=limit)
