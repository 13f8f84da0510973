"""A public Python client of the protocol, unmodified, against a running server with two workers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiocometd_ng import AuthExtension, Client
from aiocometd_ng.exceptions import ServerError

from apps.accounts.models import User
from apps.common import threads
from apps.common.threads import in_thread
from apps.events import ledger
from apps.facades.cometd.models import CometdSession
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.events.snapshots import interaction_event, part
from tests.push.house import basic, somebody
from tests.server import running

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]


class BasicAuth(AuthExtension):
    def __init__(self, user: User, password: str) -> None:
        self.headers = basic(user, password)

    async def outgoing(self, payload: Any, headers: dict[str, str]) -> None:
        headers.update(self.headers)

    async def incoming(self, payload: Any, headers: Any = None) -> None:
        pass


@asynccontextmanager
async def client_of(address: str, user: User, password: str = "correct horse battery") -> AsyncIterator[Client]:
    async with Client(f"{address}/api/v2/notifications", auth=BasicAuth(user, password)) as client:
        yield client


def test_it_opens_subscribes_hears_recovers_and_leaves(tenant: Tenant) -> None:
    agent = somebody(tenant)

    async def scenario(address: str) -> None:
        async with client_of(address, agent) as client:
            await client.subscribe("/v2/me/interactions")
            for number in range(10):
                await offer(agent, number)
                message = await client.receive()
                assert message["channel"] == "/v2/me/interactions"
                assert message["data"]["messageType"] == "InteractionStateChangeMessage"
            with pytest.raises(ServerError) as refused:
                await client.subscribe("/v2/users")
            assert "403:/v2/users:subscribe_denied" in json.dumps(refused.value.args)
            # The server forgets the session: the client shakes hands again and subscribes again by itself.
            await in_thread(forget, tenant)
            await until(lambda: sessions(tenant) == [["/v2/me/interactions"]])
            await offer(agent, 11)
            assert (await client.receive())["data"]["notificationType"] == "StatusChange"
        await until(lambda: sessions(tenant) == [])

    against_a_server(scenario)


def test_wrong_credentials_are_told(tenant: Tenant) -> None:
    agent = somebody(tenant)

    async def scenario(address: str) -> None:
        with pytest.raises(ServerError, match="401::Unauthorized"):
            async with client_of(address, agent, "wrong"):
                pass

    against_a_server(scenario)


def against_a_server(scenario: Any) -> None:
    async def whole(address: str) -> None:
        try:
            async with asyncio.timeout(90):
                await scenario(address)
        finally:
            threads.close()

    with running("rsgi", workers=2, SWITCHROOM_COMETD_HOLD="2") as server:
        asyncio.run(whole(server.address))


async def offer(user: User, number: int) -> None:
    await in_thread(_offered, user, number)


def _offered(user: User, number: int) -> None:
    with scope(user.tenant):
        data = interaction_event(id=number, channel="work_item") | {"parts": [part(user)]}
        ledger.publish("work.offered", interaction_id=number, audience=[user.pk], data=data)


def sessions(tenant: Tenant) -> list[list[str]]:
    with scope(tenant):
        return list(CometdSession.objects.values_list("subscriptions", flat=True))


def forget(tenant: Tenant) -> None:
    with scope(tenant):
        CometdSession.objects.all().delete()


async def until(is_so: Any) -> None:
    while not await in_thread(is_so):
        await asyncio.sleep(0.05)
