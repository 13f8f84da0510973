"""Connects that wait in this process. They hold a coroutine, neither a thread nor a database connection."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.db import Error as DatabaseUnwell

from apps.accounts.remembered import Known
from apps.common.alarms import Alarms
from apps.common.per_loop import PerLoop, running_loop
from apps.common.threads import in_thread
from apps.events.hub import Hub, Watch, hear
from apps.events.reader import Line, Position
from apps.facades.cometd.desk import Call, Job, desk, serve_alone
from apps.facades.cometd.exchange import Held, finish, go_on
from apps.facades.cometd.messages import Message
from apps.facades.cometd.operations import BRIEF_SECONDS
from apps.facades.cometd.sessions import RELEASES, Sessions


class Bell:
    """Rung for news, and for good by a disconnect or a newer connect, which counts as a later turn.

    It hears the client's releases until it leaves. Taken before the session is looked at, so that none is missed.
    """

    __slots__ = ("_client_id", "has_rung", "hears", "turn")

    def __init__(self, client_id: object) -> None:
        self.turn = 0
        self.has_rung = False
        self.hears: Callable[[], None] | None = None  # whoever waits for it
        self._client_id = client_id if isinstance(client_id, str) else ""
        _bells[self._client_id].add(self)

    def leave(self) -> None:
        bells = _bells[self._client_id]
        bells.discard(self)
        if not bells:
            del _bells[self._client_id]

    def set(self) -> None:
        self.has_rung = True
        if self.hears:
            self.hears()

    def release(self, turn: int) -> None:
        """End the waits of earlier turns. The newer connect hears of it itself, and goes on waiting."""
        self.turn = max(self.turn, turn)
        self.set()


_bells: defaultdict[str, set[Bell]] = defaultdict(set)


def waits(client_id: str) -> bool:
    """Whether a connect of the client waits in this process."""
    return any(bell.hears is not None for bell in _bells.get(client_id, ()))


class Waiting(Job[list[Message] | None]):
    """A connect that waits. Whenever its bell rings it is a job: to find out what there is to tell, and to tell it.

    Its `outcome` are the replies, once there is news, the bell is released, the time is over, or this process stops.
    """

    __slots__ = (
        *("_alarms", "_begun", "_bell", "desk", "_house", "_is_over", "_is_served", "_late", "_loop", "_task"),
        *("_until", "_watch", "held"),
    )

    is_written = True

    def __init__(
        self, held: Held, bell: Bell, watch: Watch, house: Hub, known: Known | None, loop: asyncio.AbstractEventLoop
    ) -> None:
        super().__init__([held.client_id], known)
        self.held = held
        self.outcome = loop.create_future()
        self._bell, self._watch, self._house, self._loop = bell, watch, house, loop
        self.desk = desk(held.hearer.tenant, loop)
        self._late: asyncio.TimerHandle | None = None
        self._alarms: Alarms[Waiting] | None = None
        self._task: asyncio.Task[None] | None = None
        self._begun: _Begun = _NOTHING
        self._is_served = False  # at present
        self._is_over = False
        self._until = loop.time() + held.seconds

    async def replies(self) -> list[Message]:
        """Raises NoLongerGood if the caller is not what it was taken for: nothing was told then."""
        self._start()
        try:
            return await self.outcome or []
        finally:
            self._stop()

    def begin(self) -> None:
        self._bell.has_rung = False
        if self.outcome.done():  # the client has left: what has come is not for this connect
            self._begun = _NOTHING
            return
        lines, turn = self._watch.take_lines(), self._bell.turn
        ends = self._is_over or turn > self.held.turn or self._house.is_closing
        self._begun = _Begun(lines, self._watch.position, turn, ends, self._watch.overflowed)

    def tell(self) -> None:
        if self.error or self.result is not None:
            super().tell()
            return
        self._is_served = False
        if self._bell.has_rung:
            self._look()

    def go_on(self) -> None:
        """Wait for longer than briefly, or end: what was remembered is looked at now, and the wait written."""
        if not self.outcome.done():
            self._task = self._loop.create_task(self._go_on())

    def _start(self) -> None:
        self._bell.hears = self._look
        if self.held.is_unwritten and self.held.seconds > BRIEF_SECONDS:
            self._wait_briefly()
        else:
            self._late = self._loop.call_at(self._until, self._end_soon)
        if self._bell.has_rung:
            self._look()

    def _stop(self) -> None:
        self._bell.hears = None
        self._watch.leave()
        if self._alarms:
            self._alarms.discard(self)
        if self._late:
            self._late.cancel()
        if self._task:
            self._task.cancel()

    def _wait_briefly(self) -> None:
        self._alarms = _alarms(self._loop)
        self._alarms.add(self)

    def _look(self) -> None:
        if self._is_served:
            return  # and looks again
        self._is_served = True
        if self.held.hearer.is_quick:
            self.desk.add(self, self._loop)  # type: ignore[arg-type]
        else:
            self._task = self._loop.create_task(self._look_alone())

    async def _look_alone(self) -> None:
        self.begin()
        try:
            self.result = await in_thread(self._alone)
        except Exception as error:
            self.error = error
        self.tell()

    def _alone(self) -> list[Message] | None:
        news = self._heard()
        if self._is_nothing(news):
            return None
        return serve_alone(self.held.hearer.tenant, self.client_ids, partial(self._finish, news))

    def run(self, sessions: Sessions) -> list[Message] | None:
        news = self._heard()
        return None if self._is_nothing(news) else self._finish(news, sessions)

    def _heard(self) -> list[Message] | None:
        """The news; None for more than anybody may leave lying."""
        return None if self._begun.is_too_much else self.held.hearer.hear(self._begun.lines)

    def _is_nothing(self, news: list[Message] | None) -> bool:
        return news == [] and not self._begun.ends

    def _finish(self, news: list[Message] | None, sessions: Sessions) -> list[Message]:
        return finish(self.held, news, self._begun.position, self._begun.turn, sessions)

    async def _go_on(self) -> None:
        try:
            is_kept = await self.desk.serve(Call(self.client_ids, self._keep, self.known), self._loop)
        except Exception as error:
            self._fail(error)
            return
        if is_kept:
            self._late = self._loop.call_at(self._until, self._end_soon)
        else:
            await self._end()

    def _keep(self, sessions: Sessions) -> bool:
        is_answered = self.result is not None or self.outcome.done()
        return is_answered or go_on(self.held, sessions)

    def _fail(self, error: Exception) -> None:
        if self._is_served or isinstance(error, DatabaseUnwell):
            self._wait_briefly()  # what is being told may have been written: if nothing is, look again
        elif not self.outcome.done():
            self.outcome.set_exception(error)

    def _end_soon(self) -> None:
        self._task = self._loop.create_task(self._end())

    async def _end(self) -> None:
        """The time is over. What comes in that very instant is told, too: the position passes it."""
        await self._watch.reach(self.held.readable)
        self._end_now()

    def _end_now(self) -> None:
        self._is_over = True
        self._bell.set()


class _Begun(NamedTuple):
    """How things stood when a job began."""

    lines: list[Line]
    position: Position  # behind them
    turn: int
    ends: bool
    is_too_much: bool


_NOTHING = _Begun([], Position(0), 0, ends=False, is_too_much=False)


async def waiting(held: Held, bell: Bell, house: Hub, known: Known | None) -> Waiting:
    """With what has come meanwhile. To be ended by its `replies`."""
    loop = running_loop()
    tenant, user_id = held.hearer.tenant, held.hearer.woken_by
    watch = house.watch_now(tenant, user_id, held.position, bell)
    if watch is None:
        watch = await house.watch(tenant, user_id, held.position, bell)
    made = Waiting(held, bell, watch, house, known, loop)
    if watch.has_news:
        await watch.reach(held.readable)
    return made


def _go_on(late: list[Waiting]) -> None:
    for each in late:
        each.go_on()


_alarms: PerLoop[Alarms[Waiting]] = PerLoop(lambda: Alarms(BRIEF_SECONDS, _go_on, running_loop()))


def _release(payload: str) -> None:
    client_id, turn = payload.split()
    for bell in _bells.get(client_id, ()):
        bell.release(int(turn))


hear(RELEASES, _release)
