"""A request that came over RSGI, as ASGI has it."""

from contextlib import suppress
from typing import Any

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from config.bodies import Message, Scope


class Exchange:
    """`body` is what was read of it already, if it was."""

    def __init__(self, scope: Any, protocol: Any, body: bytes | None = None) -> None:
        self.scope = _scope(scope)
        self._protocol = protocol
        self._body = body
        self._chunks = protocol.__aiter__() if body is None else None
        self._start: Message = {}
        self._stream: Any = None

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if self._chunks is not None:
            with suppress(StopAsyncIteration):
                return {"type": "http.request", "body": await anext(self._chunks), "more_body": True}
            self._chunks = None
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._protocol.client_disconnect()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Nothing comes of it once the client has left."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        with suppress(ProtocolClosed):
            await self._send(message.get("body", b""), more=message.get("more_body", False))

    async def _send(self, body: bytes, *, more: bool) -> None:
        status = self._start["status"]
        headers = [(name.decode("latin1"), value.decode("latin1")) for name, value in self._start.get("headers", ())]
        if self._stream is None and not more:
            self._protocol.response_bytes(status, headers, body)
            return
        if self._stream is None:
            self._stream = self._protocol.response_stream(status, headers)
        if body:
            await self._stream.send_bytes(body)


def _scope(scope: Any) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": scope.path,
        "query_string": scope.query_string.encode("latin1"),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin1")) for name, value in scope.headers.items()],
        "client": _place(scope.client),
        "server": _place(scope.server),
    }


def _place(written: str) -> tuple[str, int]:
    host, _, port = written.rpartition(":")
    return host.strip("[]"), int(port)
