"""Readers of the ledger lose nothing and see nothing twice, whatever order the writers commit in."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from apps.events import ledger, reader
from apps.events.reader import Position
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.events.snapshots import interaction_event

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def publish(tenant: Tenant, number: int, *, audience: list[int] | None = None) -> None:
    with scope(tenant):
        ledger.publish("queue.entered", interaction_id=number, audience=audience or [], data=interaction_event())


def read(tenant: Tenant, after: Position, **options: int) -> reader.Batch:
    with scope(tenant):
        return reader.read(after, **options)


def in_thread(job: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            job()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_slow_transaction_that_drew_its_id_first_is_not_skipped(tenant: Tenant) -> None:
    start, has_written, may_commit = reader.now(), threading.Event(), threading.Event()

    def write_slowly() -> None:
        with scope(tenant):
            ledger.publish("queue.entered", interaction_id=1, data=interaction_event())
            has_written.set()
            may_commit.wait(10)

    slow = in_thread(write_slowly)
    has_written.wait(10)
    publish(tenant, 2)
    early = read(tenant, start)
    assert (early.events, early.is_behind) == ([], True)  # what is committed waits for what is not
    may_commit.set()
    slow.join()
    late = read(tenant, early.position)
    assert [event.interaction_id for event in late.events] == [1, 2]
    assert not late.is_behind
    assert read(tenant, late.position).events == []


def test_many_writers_and_a_reader_lose_and_double_nothing(tenant: Tenant) -> None:
    writers, each = 8, 60
    position, seen = reader.now(), list[int]()

    def write(first: int) -> None:
        for number in range(first, first + each):
            publish(tenant, number)

    threads = [in_thread(lambda first=writer * each: write(first)) for writer in range(writers)]
    while any(thread.is_alive() for thread in threads) or len(seen) < writers * each:
        batch = read(tenant, position, limit=17)
        seen += [event.interaction_id or 0 for event in batch.events]
        position = batch.position
        if not batch.events and not batch.is_behind and not any(thread.is_alive() for thread in threads):
            break
    assert sorted(seen) == list(range(writers * each))
    for writer in range(writers):  # each writer's own events keep their order
        own = [number for number in seen if number // each == writer]
        assert own == sorted(own)


def test_a_position_is_a_place_to_resume_at(tenant: Tenant, other_tenant: Tenant) -> None:
    start = reader.now()
    for number in range(5):
        publish(tenant, number, audience=[number % 2])
        publish(other_tenant, 100 + number)
    first = read(tenant, start, limit=2)
    assert [event.interaction_id for event in first.events] == [0, 1]
    assert first.is_full
    rest = read(tenant, Position.parse(str(first.position)) or start)
    assert [event.interaction_id for event in rest.events] == [2, 3, 4]
    assert [event.interaction_id for event in read(tenant, start, user_id=1).events] == [1, 3]
    assert Position.of(rest.events[-1]) < rest.position


@pytest.mark.parametrize("text", ["", "1", "1-", "-1-2", "1-2-3", "x-y", "١-٢", "9" * 30 + "-1"])
def test_what_is_no_position_is_refused(text: str) -> None:
    assert Position.parse(text) is None
