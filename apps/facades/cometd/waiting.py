"""Connects that wait in this process. They hold a coroutine, neither a thread nor a database connection."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from apps.common.threads import in_thread
from apps.events.hub import hear, hub
from apps.facades.cometd.desk import Job, desk, serve_alone
from apps.facades.cometd.exchange import Held, finish
from apps.facades.cometd.messages import Message
from apps.facades.cometd.sessions import RELEASES, Sessions


class Bell(asyncio.Event):
    """Rung for news, and for good by a disconnect or a newer connect, which counts as a later turn."""

    turn = 0

    def release(self, turn: int) -> None:
        """End the waits of earlier turns. The newer connect hears of it itself, and goes on waiting."""
        self.turn = max(self.turn, turn)
        self.set()


_bells: defaultdict[str, set[Bell]] = defaultdict(set)


@contextmanager
def bell_of(client_id: str) -> Iterator[Bell]:
    """A bell that hears the client's releases. Taken before the session is looked at, so that none is missed."""
    bell = Bell()
    _bells[client_id].add(bell)
    try:
        yield bell
    finally:
        _bells[client_id].discard(bell)
        if not _bells[client_id]:
            del _bells[client_id]


async def wait(held: Held, bell: Bell) -> list[Message]:
    """The replies, once there is news, the bell is released, the time is over, or this process stops."""
    user = held.hearer.user
    deadline = asyncio.get_running_loop().time() + held.seconds
    news: list[Message] = []
    async with hub().watch(user.tenant, held.hearer.woken_by, held.position, bell) as watch:
        if watch.has_news:
            await watch.reach(held.readable)
        is_over = False
        while not (news or is_over or bell.turn > held.turn or hub().is_closing):
            try:
                async with asyncio.timeout_at(deadline):
                    await bell.wait()
            except TimeoutError:
                is_over = True
                await watch.reach(held.readable)
            bell.clear()
            # Taken also when the time is over: the position passes what came in that very instant.
            news += await held.hearer.hear(watch.take())
        position = watch.position
        told = None if watch.overflowed else news

    def end(sessions: Sessions) -> list[Message]:
        return finish(held, told, position, bell.turn, sessions)

    if held.hearer.is_quick:
        return await desk(user.tenant).serve(Job([held.client_id], end))
    return await in_thread(serve_alone, user.tenant, [held.client_id], end)


def _release(payload: str) -> None:
    client_id, turn = payload.split()
    for bell in _bells.get(client_id, ()):
        bell.release(int(turn))


hear(RELEASES, _release)
