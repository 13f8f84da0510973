"""Stopping the push process answers those who wait: nobody is cut off, and nobody holds it up."""

import asyncio
import json
import os
import signal
import threading
import time
import urllib.request
from typing import Any

import pytest

from apps.accounts.models import User
from apps.facades.cometd.models import CometdSession
from apps.tenants.scope import scope
from config import asgi
from tests.builders import make_tenant
from tests.push.house import basic, cookie, somebody
from tests.server import Server, running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]


def bayeux(server: Server, user: User, **message: Any) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"{server.address}/api/v2/notifications",
        json.dumps([message]).encode(),
        {"Content-Type": "application/json", **basic(user)},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return list(json.load(answer))


@pytest.mark.parametrize("interface", ["rsgi", "asgi"])
def test_a_waiting_connect_and_a_live_page_end_politely(interface: str) -> None:
    agent = somebody(make_tenant())
    ended: list[Any] = []

    def wait_for_news(client_id: str) -> None:
        ended.extend(bayeux(server, agent, channel="/meta/connect", clientId=client_id))

    def watch() -> None:
        with urllib.request.urlopen(urllib.request.Request(f"{server.address}/events/stream", headers=page)) as stream:
            is_watching.set()
            while stream.readline():
                pass
        ended.append("the stream")

    page, is_watching = cookie(agent), threading.Event()
    with running(interface) as server:
        (hello,) = bayeux(server, agent, channel="/meta/handshake", supportedConnectionTypes=["long-polling"])
        bayeux(server, agent, channel="/meta/connect", clientId=hello["clientId"])
        waiting = [threading.Thread(target=wait_for_news, args=(hello["clientId"],)), threading.Thread(target=watch)]
        for thread in waiting:
            thread.start()
        assert is_watching.wait(30)
        while not is_held(agent):
            time.sleep(0.05)
        server.process.terminate()
        for thread in waiting:
            thread.join(30)
    assert "the stream" in ended
    reply = next(reply for reply in ended if reply != "the stream")
    assert (reply["successful"], reply["advice"]["reconnect"]) == (True, "retry")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # that is how it gets lost
def test_a_signal_that_finds_the_loops_pipe_full_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "AGAIN_SECONDS", 0.01)
    told: list[str] = []

    async def stopped_amid_thousands() -> None:
        loop, server_hears = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, server_hears.set)
        signals = asgi.StopSignals(lambda: told.append("those who wait"), loop)
        for _ in range(10_000):  # connections that break, each a byte in the pipe
            loop.call_soon_threadsafe(told.clear)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(30):
            await server_hears.wait()
        signals.were_heard = True
        await asyncio.sleep(0.05)  # and is not sent again
        loop.remove_signal_handler(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    try:
        asyncio.run(stopped_amid_thousands())
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert told


def is_held(user: User) -> bool:
    with scope(user.tenant):
        return CometdSession.objects.filter(is_held=True).exists()
