"""Clients that leave before they are answered."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from apps.common.per_loop import PerLoop

# A client that leaves is noticed only if its answer takes longer: asking the server costs as much as a short answer.
_MAY_LEAVE_AFTER_SECONDS = 2.0
_TOGETHER_SECONDS = 0.1


class Leaving:
    """Ends the running task when the client leaves. `receive` waits until then: nothing else comes after the body."""

    __slots__ = ("_answering", "_noticing", "_receive", "_young", "has_left", "since")

    def __init__(self, receive: Callable[[], Awaitable[Any]], loop: asyncio.AbstractEventLoop) -> None:
        self.has_left = False
        self.since = loop.time()
        self._receive = receive
        self._answering = asyncio.current_task(loop)
        self._noticing: asyncio.Task[None] | None = None
        self._young = _young(loop)
        self._young.add(self, loop)

    def is_over(self) -> None:
        if self._noticing:
            self._noticing.cancel()
        else:
            self._young.discard(self)

    def notice_soon(self) -> None:
        self._noticing = asyncio.create_task(self._notice())

    async def _notice(self) -> None:
        await self._receive()
        self.has_left = True
        if self._answering:
            self._answering.cancel()


class _Young:
    """Requests whose clients may leave without being noticed yet, oldest first. All share one timer."""

    def __init__(self) -> None:
        self._leaving: dict[Leaving, None] = {}
        self._is_watching = False

    def add(self, leaving: Leaving, loop: asyncio.AbstractEventLoop) -> None:
        self._leaving[leaving] = None
        if not self._is_watching:
            self._is_watching = True
            loop.call_later(_MAY_LEAVE_AFTER_SECONDS, self._look, loop)

    def discard(self, leaving: Leaving) -> None:
        self._leaving.pop(leaving, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Notice from now on who has waited for so long."""
        until = loop.time() - _MAY_LEAVE_AFTER_SECONDS
        for leaving in list(itertools.takewhile(lambda each: each.since <= until, self._leaving)):
            del self._leaving[leaving]
            leaving.notice_soon()
        self._is_watching = bool(self._leaving)
        if self._leaving:
            oldest = next(iter(self._leaving)).since
            loop.call_at(oldest + _MAY_LEAVE_AFTER_SECONDS + _TOGETHER_SECONDS, self._look, loop)


_young = PerLoop(_Young)
