"""What boards are told: that something happened, to whoever may watch them."""

import asyncio

import pytest

from apps.accounts.roles import Role
from apps.tenants.models import Tenant
from tests.push.house import cookie, happen, listening, request, run, somebody

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/events/pulse"


async def told(chunks: "asyncio.Queue[str]") -> str:
    while (chunk := await chunks.get()) == ":\n\n":
        pass
    return chunk


def test_a_board_hears_that_something_happened_and_nothing_of_what(tenant: Tenant) -> None:
    agent, supervisor = somebody(tenant), somebody(tenant, Role.SUPERVISOR)
    headers = cookie(supervisor)

    async def scenario() -> None:
        async with listening(PATH, headers) as chunks:
            assert await told(chunks) == "event: in-step\ndata: {}\n\n"
            await happen(agent, 7)
            assert await told(chunks) == "event: pulse\ndata: {}\n\n"

    run(scenario)


def test_agents_and_strangers_hear_nothing(tenant: Tenant) -> None:
    headers = cookie(somebody(tenant))

    async def scenario() -> None:
        for who in (headers, dict[str, str]()):
            assert (await request("GET", PATH, headers=who)).status == 401

    run(scenario)
