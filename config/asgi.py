"""The `push` process: requests that wait for news are served here, every other is handed to the web part.

In production a front sends `push` only what waits. The one-command demo has no front, and this carries the whole house.
"""

import asyncio
import gc
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

# Thousands who wait are hundreds of thousands of objects: looking for cycles among them all, as often as a small
# program does, takes a third of a busy process's time.
_GARBAGE = (1_000_000, 20, 50)
AGAIN_SECONDS = 0.5

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
    """Start and stop with the server."""
    await receive()
    signals = begin(asyncio.get_running_loop())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await end(signals)
    await send({"type": "lifespan.shutdown.complete"})


def begin(loop: asyncio.AbstractEventLoop) -> "StopSignals":
    """The server stops once the last request is answered, and only then says so. Requests that wait for news would
    keep it for their whole time; they are told by the signal itself.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    return StopSignals(hub(loop).close_soon, loop)


async def end(signals: "StopSignals") -> None:
    signals.were_heard = True
    await hub().close()
    threads.close()


class StopSignals:
    """Are told of here besides the server, whose own handlers hang on the event loop and are called all the same.

    Unless thousands of connections break at once: then the pipe that wakes the loop is full, and the signal, which
    is one more byte in it, gets lost. So it is sent again until the server does what it asks.
    """

    def __init__(self, tell: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        self.were_heard = False
        self._tell = tell
        self._loop = loop
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(ValueError):  # not the main thread: then the server's own time-out has to do
                signal.signal(number, self._came)

    def _came(self, number: int, frame: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop, number)

    def _stop(self, number: int) -> None:
        self._tell()
        self._loop.call_later(AGAIN_SECONDS, self._repeat, number)

    def _repeat(self, number: int) -> None:
        if not self.were_heard:
            os.kill(os.getpid(), number)
