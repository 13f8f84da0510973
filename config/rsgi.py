"""The `push` process as production runs it: the usual request is answered without the detours of ASGI, every other as
`config.asgi` does it.

A fifth of what a waiting client costs is how its requests are handed over. RSGI, the server's own interface, reads a
body and takes an answer in one call each.
"""

import asyncio
from contextlib import suppress
from typing import Any

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from config import asgi  # first: it sets Django up

# isort: split
from apps.common.fast_json import dumps
from apps.facades.cometd.errors import Malformed
from apps.facades.cometd.messages import LONGEST_BODY, parse
from apps.facades.cometd.views import address, replies
from config.leaving import Leaving
from config.push import failed, usual_at
from config.rsgi_as_asgi import Exchange

_HEADERS = [("content-type", "application/json"), ("vary", "Origin")]


class Application:
    """One for each process."""

    _signals: asgi.StopSignals

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._signals = asgi.begin(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_until_complete(asgi.end(self._signals))

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(405)  # so that the client turns to polling at once
            return
        headers = scope.headers
        endpoint = usual_at(scope.path) if scope.method == "POST" else None
        header, length = headers.get("authorization"), headers.get("content-length", "")
        base_url = address(headers.get("host", ""), headers.get("x-forwarded-proto", ""))
        if not (endpoint and header and base_url and _is_short(length)) or "origin" in headers:
            await _as_asgi(Exchange(scope, protocol))
            return
        body = await protocol()
        try:
            received = parse(body)
        except Malformed:
            await _as_asgi(Exchange(scope, protocol, body))
            return
        with Leaving(protocol.client_disconnect):
            try:
                answer = dumps(await replies(header, base_url, received, endpoint))
            except Exception as error:
                exchange = Exchange(scope, protocol, body)
                await asgi.push.send_response(await failed(exchange.scope, body, error), exchange.send)
                return
            with suppress(ProtocolClosed):
                protocol.response_bytes(200, _HEADERS, answer)


async def _as_asgi(exchange: Exchange) -> None:
    await asgi.application(exchange.scope, exchange.receive, exchange.send)


def _is_short(length: str) -> bool:
    return length.isdecimal() and int(length) <= LONGEST_BODY


application = Application()
