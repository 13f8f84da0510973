"""Connects that wait in this process. They hold a coroutine, neither a thread nor a database connection."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from apps.common.threads import in_thread
from apps.events.hub import Hub, hear
from apps.facades.cometd.desk import Job, desk, serve_alone
from apps.facades.cometd.exchange import Held, finish, go_on
from apps.facades.cometd.messages import Message
from apps.facades.cometd.operations import BRIEF_SECONDS
from apps.facades.cometd.sessions import RELEASES, Sessions

T = TypeVar("T")


class Bell:
    """Rung for news, and for good by a disconnect or a newer connect, which counts as a later turn.

    It hears the client's releases until it leaves. Taken before the session is looked at, so that none is missed.
    """

    __slots__ = ("_client_id", "_has_rung", "_loop", "_rung", "turn")

    def __init__(self, client_id: object, loop: asyncio.AbstractEventLoop) -> None:
        self.turn = 0
        self._client_id = client_id if isinstance(client_id, str) else ""
        self._has_rung = False
        self._rung: asyncio.Future[bool] | None = None
        self._loop = loop
        _bells[self._client_id].add(self)

    def leave(self) -> None:
        bells = _bells[self._client_id]
        bells.discard(self)
        if not bells:
            del _bells[self._client_id]

    @property
    def is_awaited(self) -> bool:
        return self._rung is not None

    def set(self) -> None:
        self._has_rung = True
        if self._rung and not self._rung.done():
            self._rung.set_result(True)

    def release(self, turn: int) -> None:
        """End the waits of earlier turns. The newer connect hears of it itself, and goes on waiting."""
        self.turn = max(self.turn, turn)
        self.set()

    async def rings(self, until: float) -> bool:
        """Wait for it, but no longer than until then by the loop's clock. Whether it rang; from then on it is still."""
        if not self._has_rung:
            self._rung = self._loop.create_future()
            late = self._loop.call_at(until, self._end)
            try:
                await self._rung
            finally:
                late.cancel()
                self._rung = None
        has_rung, self._has_rung = self._has_rung, False
        return has_rung

    def _end(self) -> None:
        if self._rung and not self._rung.done():
            self._rung.set_result(False)


_bells: defaultdict[str, set[Bell]] = defaultdict(set)


def waits(client_id: str) -> bool:
    """Whether a connect of the client waits in this process."""
    return any(bell.is_awaited for bell in _bells.get(client_id, ()))


async def wait(held: Held, bell: Bell, house: Hub, loop: asyncio.AbstractEventLoop) -> list[Message]:
    """The replies, once there is news, the bell is released, the time is over, or this process stops."""
    hearer, now = held.hearer, loop.time()
    tenant = hearer.user.tenant
    deadline = now + held.seconds
    until = min(deadline, now + BRIEF_SECONDS) if held.is_unwritten else deadline
    news: list[Message] = []
    is_over = False
    watch = house.watch_now(tenant, hearer.woken_by, held.position, bell) or await house.watch(
        tenant, hearer.woken_by, held.position, bell
    )
    try:
        if watch.has_news:
            await watch.reach(held.readable)
        while not (news or is_over or bell.turn > held.turn or house.is_closing):
            if not await bell.rings(until):
                is_over = until == deadline or not await _served(held, partial(go_on, held), loop)
                until = deadline
                if is_over:
                    await watch.reach(held.readable)
            # Taken also when the time is over: the position passes what came in that very instant.
            news += await hearer.hear(watch.take_lines())
        position = watch.position
        told = None if watch.overflowed else news
    finally:
        watch.leave()
    return await _served(held, partial(finish, held, told, position, bell.turn), loop)


def _served(held: Held, run: Callable[[Sessions], T], loop: asyncio.AbstractEventLoop) -> Awaitable[T]:
    if held.hearer.is_quick:
        return desk(held.hearer.user.tenant, loop).serve(Job([held.client_id], run), loop)
    return in_thread(serve_alone, held.hearer.user.tenant, [held.client_id], run)


def _release(payload: str) -> None:
    client_id, turn = payload.split()
    for bell in _bells.get(client_id, ()):
        bell.release(int(turn))


hear(RELEASES, _release)
