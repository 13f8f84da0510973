"""The public clients of CometD as a Genesys desk uses them, unmodified, through a front (genesys 15.10, 17.1).

Handshake, subscription, refused subscription and publication, events, a lost answer and its redelivery, a session that
the server has forgotten, goodbye.
"""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiocometd_ng import Client
from aiocometd_ng.exceptions import ServerError

from apps.accounts.models import User
from apps.common import threads
from apps.common.threads import in_thread
from apps.events import ledger
from apps.facades.cometd.models import CometdSession
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.clients.lossy import road
from tests.clients.test_aiocometd import BasicAuth, forget, offer, sessions, until
from tests.events.snapshots import interaction_event, part
from tests.front import fronted
from tests.push.house import basic, somebody

DENIED = "403:/v2/users:subscribe_denied"


@contextmanager
def desk(folder: Path, address: str, user: User) -> Iterator[Iterator[Any]]:
    """What the JavaScript client says, line by line."""
    known = {"address": address, "authorization": basic(user)["Authorization"]}
    environment = os.environ | {"DESK": json.dumps(known)}
    command = [shutil.which("node") or "node", "desk.js"]
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield map(json.loads, process.stdout)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def publish(user: User, number: int, subject: str = "hello") -> None:
    with scope(user.tenant):
        data = interaction_event(id=number, channel="work_item", subject=subject) | {"parts": [part(user)]}
        ledger.publish("work.offered", interaction_id=number, audience=[user.pk], data=data)


def subject(line: Any) -> str:
    assert line["event"]["messageType"] == "InteractionStateChangeMessage", line
    return str(line["event"]["interaction"]["subject"])


SUBSCRIBED = [
    {"users": False, "error": DENIED},
    {"subscribed": True},
    {"published": False, "error": "403:/v2/me/interactions:publish_denied"},
]


def test_the_javascript_client_misses_nothing(tenant: Tenant, cometd_folder: Path) -> None:
    agent = somebody(tenant)
    with (
        fronted(SWITCHROOM_COMETD_HOLD="5") as front,
        road(front) as lossy,
        desk(cometd_folder, lossy.address, agent) as lines,
    ):
        assert [next(lines) for _ in range(3)] == SUBSCRIBED
        for number in range(1, 4):
            publish(agent, number, f"event {number}")
            assert subject(next(lines)) == f"event {number}"

        lossy.lose_next(b"event 4")
        publish(agent, 4, "event 4")
        assert subject(next(lines)) == "event 4"  # again, and once
        assert len(lossy.lost) == 1
        publish(agent, 5, "event 5")
        assert subject(next(lines)) == "event 5"

        forget(tenant)  # its next connect is answered 402
        assert [next(lines) for _ in range(3)] == SUBSCRIBED
        publish(agent, 6, "bye")
        assert subject(next(lines)) == "bye"
        assert next(lines) == {"left": True}
        with scope(tenant):
            assert not CometdSession.objects.exists()


def test_the_python_client_recovers(tenant: Tenant) -> None:
    agent = somebody(tenant)

    async def scenario(address: str) -> None:
        auth = BasicAuth(agent, "correct horse battery")
        async with Client(f"{address}/api/v2/notifications", auth=auth) as client:
            await client.subscribe("/v2/me/interactions")
            for number in range(5):
                await offer(agent, number)
                assert (await client.receive())["data"]["notificationType"] == "StatusChange"
            with pytest.raises(ServerError) as refused:
                await client.subscribe("/v2/users")
            assert DENIED in json.dumps(refused.value.args)
            await in_thread(forget, tenant)
            await until(lambda: sessions(tenant) == [["/v2/me/interactions"]])
            await offer(agent, 6)
            assert (await client.receive())["channel"] == "/v2/me/interactions"
        await until(lambda: sessions(tenant) == [])

    with fronted(SWITCHROOM_COMETD_HOLD="2") as address:
        try:
            asyncio.run(asyncio.wait_for(scenario(address), 120))
        finally:
            threads.close()
