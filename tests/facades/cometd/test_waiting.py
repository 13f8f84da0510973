"""Connects that wait, and what releases them (genesys 15.3)."""

import asyncio

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.common.threads import in_thread
from apps.facades.cometd import waiting
from apps.facades.cometd.operations import CometdSession
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.facades.cometd.bayeux import Bayeux, is_held, numbers
from tests.push.house import PATIENCE_S, happen, run, somebody

pytestmark = pytest.mark.django_db(transaction=True)
RETRY = {"reconnect": "retry", "interval": 0, "timeout": 30000}


def test_the_first_connect_returns_at_once_and_the_second_waits_for_an_event(agent: User) -> None:
    async def scenario() -> None:
        client = Bayeux(agent)
        await client.handshake()
        await client.subscribe("/news/chat")
        (first,) = await client.connect()
        assert (first["successful"], first["advice"]) == (True, RETRY)
        second = client.waiting()
        assert await is_held(second, client)
        await happen(agent, 7)
        reply, event = await second
        assert (reply["channel"], reply["successful"], reply["advice"]) == ("/meta/connect", True, RETRY)
        assert event == {
            "channel": "/news/chat",
            "data": {"what": "work.offered", "number": 7, "uri": "http://testserver/7"},
        }

    run(scenario)


def test_what_happened_between_two_connects_comes_at_once_and_in_order(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/*")
        for number in range(5):
            await happen(agent, number)
        assert numbers(await client.connect()) == [0, 1, 2, 3, 4]
        third = client.waiting()
        assert await is_held(third, client)  # told once, not again
        await happen(agent, 5)
        assert numbers(await third) == [5]

    run(scenario)


def test_what_comes_in_the_very_instant_a_wait_ends_is_not_passed_over(
    agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = waiting.Waiting._look

    def look_in_the_last_instant(self: waiting.Waiting) -> None:
        self._is_over = True
        look(self)

    monkeypatch.setattr(waiting.Waiting, "_look", look_in_the_last_instant)

    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        held = client.waiting()
        assert await is_held(held, client)
        await happen(agent, 3)
        assert numbers(await held) == [3]

    run(scenario)


def test_subscribing_ends_the_wait_of_a_connect_that_listens_for_less(agent: User, settings: Settings) -> None:
    settings.COMETD_HOLD_SECONDS = 2 * PATIENCE_S

    async def scenario() -> None:
        client = await Bayeux(agent).open()
        held = client.waiting()
        assert await is_held(held, client)
        await client.subscribe("/news/chat")
        assert numbers(await held) == []
        await happen(agent, 3)
        assert numbers(await client.connect()) == [3]

    run(scenario)


def test_nothing_is_passed_over_by_a_connect_that_did_not_hear_of_a_subscription(
    agent: User, settings: Settings
) -> None:
    settings.COMETD_HOLD_SECONDS = 0.5

    def subscribe_unheard(client: Bayeux) -> None:
        with scope(agent.tenant):
            CometdSession.objects.filter(client_id=client.client_id).update(subscriptions=["/news/chat"])

    async def scenario() -> None:
        client = await Bayeux(agent).open()
        held = client.waiting()
        assert await is_held(held, client)
        await in_thread(subscribe_unheard, client)
        await happen(agent, 3)
        assert (numbers(await held) or numbers(await client.connect())) == [3]

    run(scenario)


def test_a_wait_ends_in_time_without_news(agent: User, settings: Settings) -> None:
    settings.COMETD_HOLD_SECONDS = 0.2

    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        (reply,) = await client.connect()
        assert (reply["successful"], reply["advice"]["timeout"]) == (True, 200)
        (reply,) = await client.connect(advice={"timeout": 0})
        assert reply["successful"]

    run(scenario)


def test_the_client_may_ask_for_a_shorter_wait_but_not_a_longer(agent: User, settings: Settings) -> None:
    settings.COMETD_HOLD_SECONDS = 0.3

    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        for timeout in (1, 10**9, -5, True, "soon", None):
            (reply,) = await client.connect(advice={"timeout": timeout})
            assert reply["successful"]

    run(scenario)


def test_a_connect_among_other_messages_does_not_wait(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open()
        await happen(agent, 1)
        replies = await client.send(
            client.message("/meta/connect", connectionType="long-polling"),
            client.message("/meta/subscribe", subscription="/news/chat"),
        )
        assert [reply["channel"] for reply in replies] == ["/meta/connect", "/meta/subscribe", "/news/chat"]

    run(scenario)


def test_disconnecting_releases_the_waiting_connect_for_good(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        waiting = client.waiting()
        assert await is_held(waiting, client)
        (goodbye,) = await client.send(client.message("/meta/disconnect"), path="/api/v2/notifications/disconnect")
        assert goodbye["successful"]
        (released,) = await waiting
        assert (released["successful"], released["advice"]["reconnect"]) == (True, "none")
        (late,) = await client.connect()
        assert (late["error"], late["advice"]["reconnect"]) == ("402::Unknown client", "handshake")

    run(scenario)


def test_a_newer_connect_releases_the_older_which_takes_no_events(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        older = client.waiting()
        assert await is_held(older, client)
        newer = client.waiting()
        (released,) = await older
        assert (released["successful"], released["advice"]) == (True, RETRY)
        assert await is_held(newer, client)
        await happen(agent, 1)
        assert numbers(await newer) == [1]

    run(scenario)


def test_a_vanished_client_loses_nothing(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        lost = client.waiting()
        assert await is_held(lost, client)
        lost.cancel()
        await asyncio.wait([lost])
        await happen(agent, 1)
        assert numbers(await client.connect()) == [1]

    run(scenario)


def test_a_session_outlives_the_process_that_made_it(agent: User) -> None:
    client = Bayeux(agent)

    async def before() -> None:
        await client.open("/news/chat")
        waiting = client.waiting()
        assert await is_held(waiting, client)
        waiting.cancel()

    async def after() -> None:
        await happen(agent, 1)
        assert numbers(await client.connect()) == [1]

    run(before)
    run(after)


def test_only_whom_an_event_concerns_hears_of_it(tenant: Tenant, other_tenant: Tenant, agent: User) -> None:
    colleague, stranger = somebody(tenant), somebody(other_tenant)

    async def scenario() -> None:
        others = [await Bayeux(user).open("/**") for user in (colleague, stranger)]
        waiting = [client.waiting(advice={"timeout": 400}) for client in others]
        client = await Bayeux(agent).open("/**")
        await happen(agent, 1)
        assert numbers(await client.connect()) == [1]
        assert [numbers(replies) for replies in await asyncio.gather(*waiting)] == [[], []]

    run(scenario)


def test_a_session_without_a_connect_expires(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        await asyncio.to_thread(_let_time_pass, agent)
        (reply,) = await client.connect()
        assert (reply["successful"], reply["error"]) == (False, "402::Unknown client")
        assert reply["advice"] == {"reconnect": "handshake", "interval": 0, "timeout": 30000}

    run(scenario)


def test_a_session_that_vanishes_under_a_wait_is_begun_anew(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        waiting = client.waiting()
        assert await is_held(waiting, client)
        await asyncio.to_thread(_let_time_pass, agent)
        await happen(agent, 1)
        (reply,) = await waiting
        assert (reply["error"], reply["advice"]["reconnect"]) == ("402::Unknown client", "handshake")

    run(scenario)


def test_a_client_that_leaves_too_much_lying_starts_over(agent: User, settings: Settings) -> None:
    settings.COMETD_QUEUE_LIMIT = 3

    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat")
        for number in range(4):
            await happen(agent, number)
        (reply,) = await client.connect()
        assert (reply["error"], reply["advice"]["reconnect"]) == ("402::Unknown client", "handshake")

    run(scenario)


def _let_time_pass(user: User) -> None:
    from django.db import connection
    from django.db.models import F

    with scope(user.tenant):
        CometdSession.objects.update(expires_at=F("created_at"))
    connection.close()
