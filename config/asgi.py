"""The `push` process: requests that wait for news are served here, every other is handed to the web part.

In production a front sends `push` only what waits. The one-command demo has no front, and this carries the whole house.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import django
from a2wsgi import WSGIMiddleware

from config.bodies import Receive, Scope, Send, with_length

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from apps.common import threads  # noqa: E402 - Django is set up by now
from apps.events.hub import hub  # noqa: E402
from config.push import PushHandler, is_push  # noqa: E402
from config.wsgi import application as wsgi_application  # noqa: E402

WEB_THREADS = 8  # each keeps a database connection of its own

push = PushHandler()
web = with_length(WSGIMiddleware(wsgi_application, workers=WEB_THREADS))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close"})  # before it is accepted, so that the client turns to polling at once
    elif is_push(scope["path"]):
        await push(scope, receive, send)
    else:
        await web(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """Start and stop with the server.

    The server stops once the last request is answered, and only then says so here. Requests that wait for news would
    keep it for their whole time; they are told by the signal itself.
    """
    await receive()
    _on_stop_signals(hub().close_soon)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await hub().close()
    threads.close()
    await send({"type": "lifespan.shutdown.complete"})


def _on_stop_signals(tell: Callable[[], None]) -> None:
    """Be told of them besides the server, whose own handlers hang on the event loop and are called all the same."""
    loop = asyncio.get_running_loop()

    def stopping(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(tell)

    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(ValueError):  # not the main thread: then the server's own time-out has to do
            signal.signal(number, stopping)
