"""Reading the ledger without gaps.

A row's id is drawn before its transaction commits, so "greater than the last I saw" would pass a slower transaction by.
Readers therefore follow (xid, id) and read only below the watermark: the oldest transaction still running. Everything
below it has ended, so it is either visible or never will be.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from apps.common.making import new
from apps.common.threads import in_thread
from apps.events.models import Event
from apps.tenants import scope
from apps.tenants.models import Tenant

LIMIT = 500  # events in one batch

# Times as microseconds and JSON as text: what the adapters make of them for any query takes longer than all the rest.
_COLUMNS = (
    "id, xid::text::bigint, (extract(epoch from at) * 1000000)::bigint, name, interaction_id, agent_id, actor_id,"
    " to_json(audience)::text, data::text"
)
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


@dataclass(frozen=True)
class Batch:
    events: list[Event]  # oldest first
    position: Position  # where the next read starts
    is_full: bool  # more may be read at once
    is_behind: bool  # something is committed that an older, running transaction still covers: look again shortly


def now() -> Position:
    """The position before everything that has not been readable yet."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text")
        return Position(int(cursor.fetchone()[0]))


def read(after: Position, *, user_id: int | None = None, limit: int = LIMIT) -> Batch:
    """The next events of the tenant in scope; with `user_id`, only those addressed to that user."""
    # The watermark first, the rows by a later snapshot: all that ended before the one is visible to the other.
    watermark = now()
    addressed = "" if user_id is None else "and audience @> array[%(user)s]::bigint[]"
    tenant_id = scope.tenant_id()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from events_event"
            f" where tenant_id = %(tenant)s and (xid, id) > (%(xid)s::text::xid8, %(id)s) {addressed}"
            " order by xid, id limit %(limit)s",
            {"tenant": tenant_id, "xid": str(after.xid), "id": after.id, "user": user_id, "limit": limit},
        )
        found = cursor.fetchall()
    events = [_event(tenant_id, *row) for row in found if row[1] < watermark.xid]
    is_full = len(events) == limit
    position = Position.of(events[-1]) if is_full else watermark
    return Batch(events, max(after, position), is_full, is_behind=len(events) < len(found))


def _event(
    tenant_id: int,
    key: int,
    xid: int,
    microseconds: int,
    name: str,
    interaction_id: int | None,
    agent_id: int | None,
    actor_id: int | None,
    audience: str,
    data: str,
) -> Event:
    values: dict[str, Any] = {
        "id": key,
        "tenant_id": tenant_id,
        "xid": xid,
        "at": _EPOCH + timedelta(microseconds=microseconds),
        "name": name,
        "interaction_id": interaction_id,
        "agent_id": agent_id,
        "actor_id": actor_id,
        "audience": json.loads(audience),
        "data": json.loads(data),
    }
    return new(Event, values)


async def aread(tenant: Tenant, after: Position, *, user_id: int | None = None, limit: int = LIMIT) -> Batch:
    """`read` for async code, in a transaction of its own."""
    return await in_thread(_read_in_scope, tenant, after, user_id, limit)


async def anow() -> Position:
    return await in_thread(now)


def _read_in_scope(tenant: Tenant, after: Position, user_id: int | None, limit: int) -> Batch:
    with scope.scope(tenant):
        return read(after, user_id=user_id, limit=limit)
