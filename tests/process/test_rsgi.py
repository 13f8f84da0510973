"""The push process as production runs it answers as the one over ASGI does, whatever comes."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.builders import make_tenant
from tests.push.house import basic, somebody
from tests.server import Server, running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]

ADDRESS = "/api/v2/notifications"
HANDSHAKE = {"channel": "/meta/handshake", "id": "1", "supportedConnectionTypes": ["long-polling"]}


def asked(server: Server, body: Any, method: str = "POST", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=30)) as connection:
        connection.request(method, ADDRESS, body, names, encode_chunked="Transfer-Encoding" in names)
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}


def chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 20):
        yield body[start : start + 20]


def test_every_way_to_ask_is_answered() -> None:
    own = basic(somebody(make_tenant()))
    greeting = json.dumps([HANDSHAKE]).encode()
    with running("rsgi") as server:
        for _ in range(2):  # the second is answered without ASGI
            status, body, headers = asked(server, greeting, **own)
            (reply,) = json.loads(body)
            assert (status, reply["successful"], headers["content-type"]) == (200, True, "application/json")
        status, body, _ = asked(server, chunks(greeting), Transfer_Encoding="chunked", **own)
        assert (status, json.loads(body)[0]["successful"]) == (200, True)
        status, body, headers = asked(server, greeting, Origin="https://elsewhere.example", **own)
        assert (status, json.loads(body)[0]["successful"]) == (200, True)
        assert asked(server, b"{nonsense", **own)[0] == 400
        assert asked(server, b"[]" * 50_000, **own)[0] == 413
        assert asked(server, chunks(b"[]" * 50_000), Transfer_Encoding="chunked", **own)[0] == 413
        assert asked(server, None, "GET", Upgrade="websocket", Connection="Upgrade", **own)[0] == 405
        assert asked(server, None, "OPTIONS")[0] == 204
        (refused,) = json.loads(asked(server, greeting, Authorization="Bearer nobody's")[1])
        assert refused["error"].startswith("401")
        connect = {"channel": "/meta/connect", "connectionType": "long-polling", "clientId": reply["clientId"]}
        (first,) = json.loads(asked(server, json.dumps([connect]).encode(), **own)[1])
        (second,) = json.loads(asked(server, json.dumps([connect | {"advice": {"timeout": 0}}]).encode(), **own)[1])
        assert first["successful"]
        assert second["successful"]
