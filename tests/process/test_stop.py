"""Stopping the push process answers those who wait: nobody is cut off, and nobody holds it up."""

import json
import threading
import urllib.request
from typing import Any

import pytest

from apps.accounts.models import User
from apps.facades.cometd.models import CometdSession
from apps.tenants.scope import scope
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


def test_a_waiting_connect_and_a_live_page_end_politely() -> None:
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
    with running("asgi") as server:
        (hello,) = bayeux(server, agent, channel="/meta/handshake", supportedConnectionTypes=["long-polling"])
        bayeux(server, agent, channel="/meta/connect", clientId=hello["clientId"])
        waiting = [threading.Thread(target=wait_for_news, args=(hello["clientId"],)), threading.Thread(target=watch)]
        for thread in waiting:
            thread.start()
        assert is_watching.wait(30)
        while not is_held(agent):
            pass
        server.process.terminate()
        for thread in waiting:
            thread.join(30)
    assert "the stream" in ended
    reply = next(reply for reply in ended if reply != "the stream")
    assert (reply["successful"], reply["advice"]["reconnect"]) == (True, "retry")


def is_held(user: User) -> bool:
    with scope(user.tenant):
        return CometdSession.objects.filter(is_held=True).exists()
