"""Timers for thousands who wait equally long, most of whom are done before: one of the loop's serves them all."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_TOGETHER_SECONDS = 0.1


class Alarms(Generic[T]):
    """Calls `ring` with those who have waited for so many seconds, oldest first and up to a tenth of a second late."""

    def __init__(self, seconds: float, ring: Callable[[list[T]], None], loop: asyncio.AbstractEventLoop) -> None:
        self._seconds = seconds
        self._ring = ring
        self._loop = loop
        self._since: dict[T, float] = {}
        self._is_set = False

    def add(self, waiting: T) -> None:
        self._since[waiting] = self._loop.time()
        if not self._is_set:
            self._is_set = True
            self._loop.call_later(self._seconds, self._look)

    def discard(self, waiting: T) -> None:
        self._since.pop(waiting, None)

    def _look(self) -> None:
        until = self._loop.time() - self._seconds
        late = [each for each, _ in itertools.takewhile(lambda item: item[1] <= until, self._since.items())]
        for each in late:
            del self._since[each]
        self._is_set = bool(self._since)
        if self._since:
            oldest = next(iter(self._since.values()))
            self._loop.call_at(oldest + self._seconds + _TOGETHER_SECONDS, self._look)
        if late:
            self._ring(late)
