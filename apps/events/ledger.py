"""Writing to the ledger. Operations alone call `publish`; whoever wants to know reads (`reader`) or watches (`hub`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from apps.common import clock, prepared
from apps.common.inserting import insert
from apps.common.making import new
from apps.events import catalogue
from apps.events.models import Event
from apps.tenants import scope

NOTIFICATIONS = "switchroom"  # the channel; the payload is the tenant's key


def publish(
    name: str,
    *,
    interaction_id: int | None = None,
    agent_id: int | None = None,
    by_id: int | None = None,
    audience: Iterable[int] = (),
    data: Mapping[str, Any],
    at: datetime | None = None,
) -> None:
    """Write one event with the operation's own transaction, and wake the readers once that is committed.

    `by_id` and `audience` are users: who did it, and whom it concerns personally.
    Raises NotInCatalogue for undeclared names and fields where `CHECK_EVENTS` is on.
    """
    _write([_event(name, interaction_id, data, at, by_id, agent_id, audience)])


def publish_each(
    name: str, told: Iterable[tuple[int, Mapping[str, Any]]], *, by_id: int | None = None, at: datetime | None = None
) -> None:
    """The same event of many interactions, given with their data, in one statement. Otherwise as `publish`."""
    events = [_event(name, interaction_id, data, at, by_id) for interaction_id, data in told]
    if events:
        _write(events)


def _event(
    name: str,
    interaction_id: int | None,
    data: Mapping[str, Any],
    at: datetime | None,
    by_id: int | None,
    agent_id: int | None = None,
    audience: Iterable[int] = (),
) -> Event:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event belongs to its operation's transaction")
    if settings.CHECK_EVENTS:
        catalogue.check(name, data)
    values = {
        "at": at or clock.now(),
        "name": name,
        "interaction_id": interaction_id,
        "agent_id": agent_id,
        "actor_id": by_id,
        "audience": sorted(set(audience)),
        "data": data,
    }
    return new(Event, values)


def _write(events: Sequence[Event]) -> None:
    insert(events)
    _wake_after_commit(scope.tenant_id())


def next_id() -> int:
    """A number that no event has or will have."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('events_event', 'id'))")
        return int(cursor.fetchone()[0])


def prepare_partitions() -> None:
    """Make this month's and the next two months' partitions; harmless to repeat. For the worker, daily."""
    with connection.cursor() as cursor:
        cursor.execute("select events_prepare_partitions()")


@dataclass(frozen=True)
class _Wake:
    """NOTIFY, in a statement of its own: inside the transaction it would queue all commits behind one lock."""

    tenant_id: int

    def __call__(self) -> None:
        with prepared.cursor() as cursor:
            cursor.execute("select pg_notify(%s, %s)", [NOTIFICATIONS, str(self.tenant_id)])


def _wake_after_commit(tenant_id: int) -> None:
    """Once per transaction. A savepoint that is rolled back takes its own callback along, and so the next adds one."""
    wake = _Wake(tenant_id)
    if not any(hook[1] == wake for hook in connection.run_on_commit):
        # Robust: a reader polls too, so failing to wake it is no failure of the operation.
        transaction.on_commit(wake, robust=True)
