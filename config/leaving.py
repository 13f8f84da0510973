"""Clients that leave before they are answered."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from apps.common.alarms import Alarms
from apps.common.per_loop import PerLoop, running_loop

# A client that leaves is noticed only if its answer takes longer: asking the server costs as much as a short answer.
_MAY_LEAVE_AFTER_SECONDS = 2.0


class Leaving:
    """What is done within it ends quietly when the client leaves. `gone` waits until then."""

    __slots__ = ("_answering", "_gone", "_has_left", "_noticing", "_young")

    def __init__(self, gone: Callable[[], Awaitable[None]]) -> None:
        loop = running_loop()
        self._has_left = False
        self._gone = gone
        self._answering = asyncio.current_task(loop)
        self._noticing: asyncio.Task[None] | None = None
        self._young = _young(loop)
        self._young.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        if self._noticing:
            self._noticing.cancel()
        else:
            self._young.discard(self)
        return self._has_left and kind is asyncio.CancelledError

    def notice_soon(self) -> None:
        self._noticing = asyncio.create_task(self._notice())

    async def _notice(self) -> None:
        await self._gone()
        self._has_left = True
        if self._answering:
            self._answering.cancel()


def _notice(late: list[Leaving]) -> None:
    for each in late:
        each.notice_soon()


_young: PerLoop[Alarms[Leaving]] = PerLoop(
    lambda: Alarms(_MAY_LEAVE_AFTER_SECONDS, _notice, asyncio.get_running_loop())
)
