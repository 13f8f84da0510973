"""The push process in this process: its ASGI application, spoken to as a server would."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.common import threads
from apps.common.threads import in_thread
from apps.events import ledger
from apps.events.hub import hub
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from config.asgi import application
from tests.builders import PASSWORD, make_user
from tests.events.snapshots import interaction_event

PATIENCE_S = 60  # how long a busy machine may take says nothing about the protocol


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario from the start of a push process to its end."""

    async def whole() -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await scenario()
        finally:
            await hub().close()
            threads.close()

    asyncio.run(whole())


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def request(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
) -> Answer:
    """One request, to the end of its response. Cancelling it is leaving: the server hears of the closed connection."""
    answer = Answer()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    await _serve(_scope(method, path, headers or {}) | {"query_string": query.encode()}, body, send)
    return answer


async def _serve(scope: dict[str, Any], body: bytes, send: Any) -> None:
    has_left = asyncio.Event()
    serving = asyncio.ensure_future(application(scope, _receiving(body, has_left), send))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        has_left.set()
        await serving
        raise


@asynccontextmanager
async def listening(path: str, headers: dict[str, str]) -> AsyncIterator["asyncio.Queue[str]"]:
    """The chunks of a response that does not end until the client leaves; an empty one if it does."""
    chunks: asyncio.Queue[str] = asyncio.Queue()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            chunks.put_nowait(message.get("body", b"").decode())

    task = asyncio.ensure_future(_serve(_scope("GET", path, headers), b"", send))
    try:
        yield chunks
    finally:
        task.cancel()
        await asyncio.wait([task])


def _receiving(body: bytes, has_left: asyncio.Event) -> Callable[[], Awaitable[Any]]:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        if messages:
            return messages.pop()
        await has_left.wait()
        return {"type": "http.disconnect"}

    return receive


def _scope(method: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in ({"Host": "testserver"} | headers).items()
        ],
    }


def basic(user: User, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user.username}:{password}".encode()).decode()}


def cookie(user: User) -> dict[str, str]:
    """Signed in by a browser."""
    client = Client()
    client.force_login(user)
    return {
        "Cookie": SimpleCookie({settings.SESSION_COOKIE_NAME: client.session.session_key}).output(header="").strip()
    }


def somebody(tenant: Tenant, role: str = "agent") -> User:
    with scope(tenant):
        return make_user(role)


async def happen(user: User, number: int, *, name: str = "work.offered", channel: str = "chat") -> None:
    """Something that concerns the user."""
    await in_thread(publish, user.tenant, number, [user.pk], name, channel)


def publish(
    tenant: Tenant, number: int, audience: list[int], name: str = "work.offered", channel: str = "chat"
) -> None:
    with scope(tenant):
        data = interaction_event(id=number, channel=channel)
        ledger.publish(name, interaction_id=number, audience=audience, data=data)
