"""Who waits is woken: whatever becomes of notifications, connections and slow writers."""

import asyncio
import threading

import pytest
from django.db import connection
from pytest_django import Settings

from apps.accounts.models import User
from apps.common.threads import in_thread
from apps.events import reader
from apps.events.hub import Watch, hub
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.push.house import happen, publish, run, somebody

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agent(tenant: Tenant) -> User:
    return somebody(tenant)


async def heard(watch: Watch, bell: asyncio.Event) -> list[int | None]:
    """The interactions that the next events are about."""
    while not (events := watch.take()):
        await bell.wait()
        bell.clear()
    return [event.interaction_id for event in events]


def test_a_lost_connection_loses_no_event(agent: User, settings: Settings) -> None:
    settings.EVENT_POLL_SECONDS = 0.1

    def cut_the_listener_off() -> None:
        with connection.cursor() as cursor:
            cursor.execute("reset role")  # ending others' sessions is for the owner
            cursor.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                "where datname = current_database() and (query ilike 'listen %' or query = 'select 1')"
            )
            assert cursor.fetchone()[0] > 0
        connection.close()

    async def scenario() -> None:
        bell = asyncio.Event()
        with await hub().watch(agent.tenant, agent.pk, await reader.anow(), bell) as watch:
            await happen(agent, 1)
            assert await heard(watch, bell) == [1]
            await in_thread(cut_the_listener_off)
            await happen(agent, 2)
            assert await heard(watch, bell) == [2]
            await asyncio.sleep(0.3)  # listening again
            await happen(agent, 3)
            assert await heard(watch, bell) == [3]

    run(scenario)


def test_an_event_that_waits_for_a_slower_transaction_comes_when_that_ends(agent: User) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def something_slow_and_silent() -> None:
        with scope(agent.tenant):
            with connection.cursor() as cursor:
                cursor.execute("select pg_current_xact_id()")
            has_begun.set()
            may_end.wait(10)
        connection.close()

    async def scenario() -> None:
        bell = asyncio.Event()
        with await hub().watch(agent.tenant, agent.pk, await reader.anow(), bell) as watch:
            slow = asyncio.create_task(asyncio.to_thread(something_slow_and_silent))
            await asyncio.to_thread(has_begun.wait, 10)
            await happen(agent, 1)
            hearing = asyncio.create_task(heard(watch, bell))
            await asyncio.sleep(0.1)
            assert not hearing.done()
            may_end.set()  # nothing notifies of this
            assert await hearing == [1]
            await slow

    run(scenario)


def test_who_comes_with_an_old_position_is_told_all_since(agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.events.hub.RECENT", 3)  # less than was missed

    async def scenario() -> None:
        start, early, late = await reader.anow(), asyncio.Event(), asyncio.Event()
        with await hub().watch(agent.tenant, None, start, early) as first:
            seen: list[int | None] = []
            for number in range(8):
                await happen(agent, number)
                seen += await heard(first, early)
            assert seen == list(range(8))
            with await hub().watch(agent.tenant, agent.pk, start, late) as second:
                assert await heard(second, late) == seen
                await in_thread(publish, agent.tenant, 8, [])  # nobody's
                await happen(agent, 9)
                assert await heard(second, late) == [9]

    run(scenario)


def test_one_reader_serves_all_who_wait(agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0
    aread = reader.aread

    async def counted(*args: object, **options: object) -> reader.Batch:
        nonlocal reads
        reads += 1
        return await aread(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("apps.events.reader.aread", counted)

    async def wait(start: reader.Position) -> list[int | None]:
        bell = asyncio.Event()
        with await hub().watch(agent.tenant, agent.pk, start, bell) as watch:
            return await heard(watch, bell)

    async def scenario() -> None:
        start = await reader.anow()
        waiting = [asyncio.create_task(wait(start)) for _ in range(200)]
        await asyncio.sleep(0.1)
        await happen(agent, 1)
        assert await asyncio.gather(*waiting) == [[1]] * 200
        assert reads < 20

    run(scenario)
