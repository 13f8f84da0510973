"""What there is one of for each event loop."""

import asyncio
import threading
import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


_here = threading.local()


def running_loop() -> asyncio.AbstractEventLoop:
    """What asyncio says, which asks the system each time whether the process was forked meanwhile.

    A thread runs one loop at a time: one that was found here before and runs is the one.
    """
    loop: asyncio.AbstractEventLoop | None = getattr(_here, "loop", None)
    if loop is None or not loop.is_running():
        loop = _here.loop = asyncio.get_running_loop()
    return loop


class PerLoop(Generic[T]):
    """Made when it is first asked for, forgotten with its loop. A process has one loop, so the last answer is kept."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, T] = weakref.WeakKeyDictionary()
        self._last: Callable[[], asyncio.AbstractEventLoop | None] = lambda: None
        self._last_made: list[T] = []

    def __call__(self, loop: asyncio.AbstractEventLoop | None = None) -> T:
        """Of the running loop, which may be given by whoever knows it."""
        loop = loop or running_loop()
        if self._last() is loop:
            return self._last_made[0]
        made = self._made.get(loop)
        if made is None:
            made = self._made[loop] = self._make()
        self._last, self._last_made = weakref.ref(loop), [made]
        return made
