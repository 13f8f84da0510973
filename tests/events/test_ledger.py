"""Writing to the ledger."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.events import ledger, reader
from apps.events.catalogue import NotInCatalogue
from apps.events.models import Event
from apps.events.reader import Position
from apps.reporting.rollups import following
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.events.snapshots import interaction_event


def test_publish_writes_one_row(in_scope: Tenant, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        ledger.publish("queue.entered", interaction_id=7, by_id=3, audience=[5, 4, 5], data=interaction_event(id=7))
    event = Event.objects.get()
    assert (event.name, event.interaction_id, event.actor_id, event.audience) == ("queue.entered", 7, 3, [4, 5])
    assert event.tenant_id == in_scope.pk
    assert event.data["interaction"]["id"] == 7
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text::bigint")
        assert event.xid == cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_publish_needs_a_transaction(tenant: Tenant) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        ledger.publish("queue.entered", data=interaction_event())


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("queue.exploded", {}, "no event 'queue.exploded'"),
        ("queue.entered", {"surprise": 1}, "queue.entered.surprise is not declared"),
        ("queue.entered", {"interaction": {"id": 1}}, "queue.entered.interaction.stage is missing"),
        ("queue.entered", {"parts": [{"mood": "good"}]}, r"queue.entered.parts\[0\].mood is not declared"),
        ("queue.entered", {"changes": None}, "queue.entered.changes is NoneType"),
    ],
)
def test_publish_refuses_what_the_catalogue_does_not_know(
    in_scope: Tenant, name: str, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotInCatalogue, match=words):
        ledger.publish(name, data=interaction_event() | change)


def test_readers_are_woken_once_per_transaction_and_after_it(
    tenant: Tenant, other_tenant: Tenant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        with scope(tenant):
            ledger.publish("queue.entered", data=interaction_event())
            with transaction.atomic():
                ledger.publish("queue.moved", data=interaction_event())
        with scope(other_tenant):
            ledger.publish("queue.entered", data=interaction_event())
    assert callbacks == [ledger._Wake(tenant.pk), ledger._Wake(other_tenant.pk)]


def test_an_undone_savepoint_takes_only_its_own_wake_along(
    in_scope: Tenant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        with transaction.atomic():
            ledger.publish("queue.entered", data=interaction_event())
            transaction.set_rollback(True)
        ledger.publish("queue.moved", data=interaction_event())
    assert callbacks == [ledger._Wake(in_scope.pk)]
    assert [event.name for event in Event.objects.all()] == ["queue.moved"]


def test_an_event_of_any_month_is_kept(in_scope: Tenant) -> None:
    for at in (datetime(2001, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)):
        ledger.publish("queue.entered", data=interaction_event(), at=at)
    assert Event.objects.count() == 2


def test_readers_go_by_the_number_of_a_transaction_and_stop_where_the_batch_is_full(
    in_scope: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        ledger.publish("queue.entered", interaction_id=7, data=interaction_event())
    keys = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for key, xid in zip(keys, (100, 99, 101), strict=True):
            cursor.execute("update events_event set xid = %s::text::xid8 where id = %s", [str(xid), key])
    first, second, third = keys[1], keys[0], keys[2]
    batch = reader.read(Position(0), limit=2)
    assert [line.place for line in batch.lines] == [(99, first), (100, second)]
    assert [line.place for line in reader.read(batch.position).lines] == [(101, third)]
    monkeypatch.setattr(following, "_EVENTS", 2)
    assert following._events(Position(0))[1] == (100, second)


def test_a_reader_far_behind_reads_no_more_than_its_batch(in_scope: Tenant) -> None:
    ledger.publish("queue.entered", interaction_id=7, data=interaction_event())
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into events_event (tenant_id, at, name, interaction_id, audience, data)"
            " select tenant_id, at, name, number, audience, data from events_event, generate_series(1, 5000) number"
        )
        cursor.execute("set local enable_sort = off")  # what the planner knows of these rows differs from run to run
        cursor.execute(f"explain {reader._ALL}", [in_scope.pk, "0", 0, 10])
        assert "Sort  (" not in "\n".join(line for (line,) in cursor.fetchall())


def test_a_forgotten_filter_shows_no_other_tenants_events(tenant: Tenant, other_tenant: Tenant) -> None:
    with scope(tenant):
        ledger.publish("queue.entered", data=interaction_event())
        partition = _partition_of_the_event()
    with scope(other_tenant), connection.cursor() as cursor:
        for table in ("events_event", partition):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (0,)
        cursor.execute(
            "select relname from pg_class where relname like 'events_event%' and not relrowsecurity "
            "and relkind in ('r', 'p')"
        )
        assert cursor.fetchall() == []
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(
                "insert into events_event (tenant_id, at, name, audience, data) values (%s, now(), 'x', '{}', '{}')",
                [tenant.pk],
            )


def test_partitions_are_made_ahead_by_a_role_that_may_not_make_tables(in_scope: Tenant) -> None:
    ledger.prepare_partitions()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_inherits where inhparent = 'events_event'::regclass")
        assert cursor.fetchone() == (4,)  # three months and the default
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("create table mine (id int)")


def _partition_of_the_event() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select tableoid::regclass::text from events_event")
        return str(cursor.fetchone()[0])
