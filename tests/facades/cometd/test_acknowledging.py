"""The ack extension (genesys 15.7): nothing is forgotten before the client says that it has it."""

import asyncio

import pytest

from apps.accounts.models import User
from tests.facades.cometd.bayeux import Bayeux, is_held, numbers
from tests.push.house import happen, run

pytestmark = pytest.mark.django_db(transaction=True)


async def connect(client: Bayeux, ack: int) -> tuple[int, list[int]]:
    """Acknowledge a batch; the next one's number and events."""
    replies = await client.connect(ext={"ack": ack}, advice={"timeout": 50})
    return replies[0]["ext"]["ack"], numbers(replies)


def test_a_lost_reply_is_repeated_in_order_and_once(agent: User) -> None:
    async def scenario() -> None:
        client = Bayeux(agent)
        assert (await client.handshake(ext={"ack": True}))["ext"] == {"ack": True}
        await client.subscribe("/news/chat")
        first, _ = await connect(client, 0)
        await happen(agent, 1)
        await happen(agent, 2)
        second, events = await connect(client, first)
        assert events == [1, 2]
        await happen(agent, 3)
        third, events = await connect(client, first)  # the second reply was lost
        assert events == [1, 2, 3]
        assert first < second < third
        assert (await connect(client, third))[1] == []

    run(scenario)


def test_a_repeated_message_is_the_same_to_the_letter(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat", ext={"ack": True})
        await happen(agent, 1)
        one = await client.connect(ext={"ack": 1})
        two = await client.connect(ext={"ack": 1})
        assert one[1:] == two[1:] != []

    run(scenario)


def test_a_late_reply_counts_for_what_was_in_it(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat", ext={"ack": True})
        await happen(agent, 1)
        second, _ = await connect(client, 1)
        await happen(agent, 2)
        assert (await connect(client, 1))[1] == [1, 2]
        assert (await connect(client, second))[1] == [2]  # the second did arrive, the third was lost

    run(scenario)


def test_what_came_during_a_wait_is_repeated_too(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat", ext={"ack": True})
        waiting = client.waiting(ext={"ack": 1})
        assert await is_held(waiting, client)
        await happen(agent, 1)
        assert numbers(await waiting) == [1]
        assert numbers(await client.connect(ext={"ack": 1})) == [1]

    run(scenario)


def test_a_client_that_left_while_waiting_gets_all(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat", ext={"ack": True})
        waiting = client.waiting(ext={"ack": 1})
        assert await is_held(waiting, client)
        waiting.cancel()
        await asyncio.wait([waiting])
        await happen(agent, 1)
        assert (await connect(client, 1))[1] == [1]

    run(scenario)


def test_strange_numbers_do_no_harm(agent: User) -> None:
    async def scenario() -> None:
        client = await Bayeux(agent).open("/news/chat", ext={"ack": True})
        await happen(agent, 1)
        for ack in (10**30, -1, "2", None, True, [1]):
            (reply, *_) = await client.connect(ext={"ack": ack}, advice={"timeout": 0})
            assert reply["successful"]

    run(scenario)


def test_who_does_not_ask_for_it_gets_no_numbers(agent: User) -> None:
    async def scenario() -> None:
        client = Bayeux(agent)
        assert "ext" not in await client.handshake()
        (reply,) = await client.connect(ext={"ack": 0})
        assert "ext" not in reply

    run(scenario)
