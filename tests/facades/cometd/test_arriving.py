"""The usual connect goes by what its process remembers; what has changed elsewhere is noticed within a moment."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from apps.accounts.models import User
from apps.facades.cometd.arriving import arrive
from apps.facades.cometd.models import CometdSession
from apps.facades.cometd.waiting import Waiting
from apps.tenants.scope import scope
from tests.facades.cometd.bayeux import Bayeux, is_held, numbers
from tests.push.house import PATIENCE_S, happen, run

pytestmark = pytest.mark.django_db(transaction=True)


def taken_over(user: User) -> None:
    CometdSession.objects.filter(user=user).update(turn=2**40)


def disconnected(user: User) -> None:
    CometdSession.objects.filter(user=user).delete()


def switched_off(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def elsewhere(change: Callable[[User], None], user: User) -> None:
    """In another process."""

    def write() -> None:
        with scope(user.tenant):
            change(user)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


@pytest.fixture
def arrivals(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[bool]:
    """For each connect, whether it waits without having been looked at. None ends by its time."""
    settings.COMETD_HOLD_SECONDS = 2 * PATIENCE_S
    seen: list[bool] = []

    def watched(*arguments: Any) -> Waiting | None:
        found = arrive(*arguments)
        seen.append(found is not None)
        return found

    monkeypatch.setattr("apps.facades.cometd.views.arrive", watched)
    return seen


async def answered(user: User) -> Bayeux:
    """A client that was answered a moment ago."""
    client = await Bayeux(user).open("/news/chat")
    await happen(user, 0)
    assert numbers(await client.connect()) == [0]
    return client


@pytest.mark.parametrize("acknowledges", [False, True])
def test_who_was_answered_a_moment_ago_waits_at_once(agent: User, arrivals: list[bool], *, acknowledges: bool) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat", **({"ext": {"ack": True}} if acknowledges else {}))
        batch = 1
        for number in range(3):
            held = client.waiting(**({"ext": {"ack": batch}} if acknowledges else {}))
            assert await is_held(held, client)
            await happen(agent, number)
            replies = await held
            assert numbers(replies) == [number]
            if acknowledges:
                assert replies[0]["ext"]["ack"] > batch
                batch = replies[0]["ext"]["ack"]
        assert arrivals[-2:] == [True] * 2
        if acknowledges:  # the last one came, but was lost on its way
            assert numbers(await client.connect(ext={"ack": batch - 1})) == [2]

    run(scenario)


@pytest.mark.parametrize(
    ("change", "error"),
    [(taken_over, None), (disconnected, "402::Unknown client"), (switched_off, "401::Unauthorized")],
)
def test_what_changed_elsewhere_ends_the_wait(
    agent: User, arrivals: list[bool], change: Callable[[User], None], error: str | None
) -> None:
    async def scenario() -> None:
        client = await answered(agent)
        elsewhere(change, agent)
        (reply,) = await client.connect()
        assert (arrivals[-1], reply.get("error")) == (True, error)
        if error is None:
            await happen(agent, 1)
            assert numbers(await client.connect()) == [1]

    run(scenario)


def test_news_of_a_session_that_another_process_serves_is_left_to_it(agent: User, arrivals: list[bool]) -> None:
    async def scenario() -> None:
        client = await answered(agent)
        held = client.waiting()
        assert await is_held(held, client)
        elsewhere(taken_over, agent)
        await happen(agent, 1)
        assert numbers(await held) == []
        assert numbers(await client.connect()) == [1]

    run(scenario)
