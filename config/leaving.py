"""Clients that leave before they are answered."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from apps.common.alarms import Alarms
from apps.common.per_loop import PerLoop

# A client that leaves is noticed only if its answer takes longer: asking the server costs as much as a short answer.
_MAY_LEAVE_AFTER_SECONDS = 2.0


class Leaving:
    """Ends the running task when the client leaves. `receive` waits until then: nothing else comes after the body."""

    __slots__ = ("_answering", "_noticing", "_receive", "_young", "has_left")

    def __init__(self, receive: Callable[[], Awaitable[Any]], loop: asyncio.AbstractEventLoop) -> None:
        self.has_left = False
        self._receive = receive
        self._answering = asyncio.current_task(loop)
        self._noticing: asyncio.Task[None] | None = None
        self._young = _young(loop)
        self._young.add(self)

    def is_over(self) -> None:
        if self._noticing:
            self._noticing.cancel()
        else:
            self._young.discard(self)

    def notice_soon(self) -> None:
        self._noticing = asyncio.create_task(self._notice())

    async def _notice(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass  # the body's end
        self.has_left = True
        if self._answering:
            self._answering.cancel()


def _notice(late: list[Leaving]) -> None:
    for each in late:
        each.notice_soon()


_young: PerLoop[Alarms[Leaving]] = PerLoop(
    lambda: Alarms(_MAY_LEAVE_AFTER_SECONDS, _notice, asyncio.get_running_loop())
)
