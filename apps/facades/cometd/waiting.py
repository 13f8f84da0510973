"""Connects that wait in this process. They hold a coroutine, neither a thread nor a database connection."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from apps.common.threads import in_thread
from apps.events.hub import hear, hub
from apps.facades.cometd.desk import Job, desk, serve_alone
from apps.facades.cometd.exchange import Held, finish, go_on
from apps.facades.cometd.messages import Message
from apps.facades.cometd.operations import BRIEF_SECONDS
from apps.facades.cometd.sessions import RELEASES, Sessions

T = TypeVar("T")


class Bell(asyncio.Event):
    """Rung for news, and for good by a disconnect or a newer connect, which counts as a later turn.

    Within its `with` it hears the client's releases. Taken before the session is looked at, so that none is missed.
    """

    turn = 0
    is_awaited = False
    _is_late = False

    def __init__(self, client_id: object) -> None:
        super().__init__()
        self._client_id = client_id if isinstance(client_id, str) else ""

    def __enter__(self) -> Self:
        _bells[self._client_id].add(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        bells = _bells[self._client_id]
        bells.discard(self)
        if not bells:
            del _bells[self._client_id]

    def release(self, turn: int) -> None:
        """End the waits of earlier turns. The newer connect hears of it itself, and goes on waiting."""
        self.turn = max(self.turn, turn)
        self.set()

    async def rings(self, until: float) -> bool:
        """Wait for it, but no longer than until then by the loop's clock. Whether it rang."""
        self._is_late = False
        self.is_awaited = True
        late = asyncio.get_running_loop().call_at(until, self._end)
        try:
            await self.wait()
        finally:
            late.cancel()
            self.is_awaited = False
        return not self._is_late

    def _end(self) -> None:
        self._is_late = True
        self.set()


_bells: defaultdict[str, set[Bell]] = defaultdict(set)


def waits(client_id: str) -> bool:
    """Whether a connect of the client waits in this process."""
    return any(bell.is_awaited for bell in _bells.get(client_id, ()))


async def wait(held: Held, bell: Bell) -> list[Message]:
    """The replies, once there is news, the bell is released, the time is over, or this process stops."""
    house, now = hub(), asyncio.get_running_loop().time()
    deadline = now + held.seconds
    until = min(deadline, now + BRIEF_SECONDS) if held.is_unwritten else deadline
    news: list[Message] = []
    is_over = False
    with await house.watch(held.hearer.user.tenant, held.hearer.woken_by, held.position, bell) as watch:
        if watch.has_news:
            await watch.reach(held.readable)
        while not (news or is_over or bell.turn > held.turn or house.is_closing):
            if not await bell.rings(until):
                is_over = until == deadline or not await _served(held, partial(go_on, held))
                until = deadline
                if is_over:
                    await watch.reach(held.readable)
            bell.clear()
            # Taken also when the time is over: the position passes what came in that very instant.
            news += await held.hearer.hear(watch.take())
        position = watch.position
        told = None if watch.overflowed else news
    return await _served(held, lambda sessions: finish(held, told, position, bell.turn, sessions))


async def _served(held: Held, run: Callable[[Sessions], T]) -> T:
    if held.hearer.is_quick:
        return await desk(held.hearer.user.tenant).serve(Job([held.client_id], run))
    return await in_thread(serve_alone, held.hearer.user.tenant, [held.client_id], run)


def _release(payload: str) -> None:
    client_id, turn = payload.split()
    for bell in _bells.get(client_id, ()):
        bell.release(int(turn))


hear(RELEASES, _release)
