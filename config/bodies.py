"""Bodies that are sent in chunks, without a length.

WSGI shows an application only as much of a body as its Content-Length names, so a chunked one looks empty (jsforce
sends such). A front in production collects them; where there is none, this does.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}


def with_length(application: Application) -> Application:
    """Collect a body that came without a length, then pass the request on with it.

    One that is too long is not passed on, but its length is: whoever it was sent to refuses it in its own words.
    """

    async def collecting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _tells_length(scope):
            return await application(scope, _as_coroutine(receive), send)
        body, length = await _collect(receive)
        if not body and length and _is_form(scope):  # files are looked for, not the length
            await send({"type": "http.response.start", "status": 413, "headers": []})
            return await send({"type": "http.response.body", "body": b""})
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"transfer-encoding"]
        scope = scope | {"headers": [*headers, (b"content-length", str(length).encode())]}
        return await application(scope, _replay(body, receive), send)

    return collecting


def _as_coroutine(receive: Receive) -> Receive:
    """a2wsgi schedules what `receive` returns as a coroutine; granian's is awaitable, but none."""

    async def receiving() -> Message:
        return await receive()

    return receiving


def _tells_length(scope: Scope) -> bool:
    return scope["method"] in _WITHOUT_BODY or any(name.lower() == b"content-length" for name, _ in scope["headers"])


def _is_form(scope: Scope) -> bool:
    return any(name.lower() == b"content-type" and b"multipart/" in value.lower() for name, value in scope["headers"])


async def _collect(receive: Receive) -> tuple[bytes, int]:
    """The whole body and its length; if it is longer than the limit, nothing and what is over it."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return b"", len(body)
    return bytes(body), len(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replaying() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replaying
