"""Who waits for news in this process. One reader per tenant hands each event to the waiting people it concerns."""

import asyncio
import itertools
import logging
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from django.db import Error as DatabaseUnwell

from apps.common.per_loop import PerLoop
from apps.events import ledger, reader
from apps.events.models import Event
from apps.events.reader import Line, Position
from apps.events.wake import Listener
from apps.tenants.models import Tenant

logger = logging.getLogger(__name__)

RECENT = 10_000  # events a feed remembers, for those who come with a position a little behind
WATCH_LIMIT = 2000  # events one watcher may leave lying
_RETRY_SECONDS = 1.0
_REACH_SECONDS = 5.0  # how long somebody who could be answered waits for the feed
_IDLE_ROUNDS = 12  # polls after which a feed without watchers ends
_FIRST_LOOK_SECONDS, _LAST_LOOK_SECONDS = 0.005, 0.2  # waiting for an older transaction to end


class Bell(Protocol):
    """An `asyncio.Event`, or what else wakes a waiter."""

    def set(self) -> None: ...


class Watch:
    """One waiter's share of a feed: what is addressed to `user_id` (everything, if None) after a position.

    Ends with its `with`.
    """

    def __init__(self, feed: "Feed", user_id: int | None, after: Position, bell: Bell) -> None:
        self.user_id = user_id
        self.overflowed = False
        self._feed = feed
        self._after = after
        self._bell = bell
        self._lines: list[Line] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leave()

    def leave(self) -> None:
        self._feed.leave(self)

    @property
    def has_news(self) -> bool:
        return bool(self._lines)

    async def reach(self, position: Position) -> None:
        """Have at hand what is addressed here up to a position that can be read by now; give up while nothing can."""
        if self._feed.position >= position:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_REACH_SECONDS):
                await self._feed.reach(position)

    @property
    def position(self) -> Position:
        """Everything up to here has been taken, once `take` has been called."""
        return max(self._after, self._feed.position)

    def put(self, line: Line) -> None:
        if line.place <= self._after:
            return  # seen before this watch began
        if len(self._lines) < WATCH_LIMIT:
            self._lines.append(line)
        else:
            self.overflowed = True
        self._bell.set()

    def begin_with(self, lines: list[Line]) -> None:
        """Put what was read before the watch began in front."""
        self._lines = lines + self._lines
        self.overflowed = len(self._lines) > WATCH_LIMIT
        if self._lines:
            self._bell.set()

    def ring(self) -> None:
        self._bell.set()

    def take(self) -> list[Event]:
        """The events that have come since the last time, oldest first."""
        return [line.event() for line in self.take_lines()]

    def take_lines(self) -> list[Line]:
        """The same, for whoever may not want to understand them all."""
        lines, self._lines = self._lines, []
        return lines


class Feed:
    """The tenant's ledger as it grows, read once for all watchers of this process."""

    def __init__(self, tenant: Tenant, position: Position) -> None:
        self.tenant = tenant
        self.start = self.position = position
        self.bell = asyncio.Event()
        self.idle_rounds = 0
        self._moved = asyncio.Event()  # set once the position has moved; the next move has another
        self._recent: deque[Line] = deque()
        self._recent_of: defaultdict[int, deque[Line]] = defaultdict(deque)  # the same, by whom they are addressed to
        self._watches: defaultdict[int | None, set[Watch]] = defaultdict(set)

    @property
    def is_watched(self) -> bool:
        return bool(self._watches)

    def watch(self, user_id: int | None, after: Position, bell: Bell) -> Watch:
        """Ring the bell for everything new after the position, which this feed must reach back to (`start`)."""
        watch = Watch(self, user_id, after, bell)
        recent = self._recent if user_id is None else self._recent_of.get(user_id)
        if recent and recent[-1].place > after:
            missed = list(itertools.takewhile(lambda line: line.place > after, reversed(recent)))
            for line in reversed(missed):
                watch.put(line)
        self._watches[user_id].add(watch)
        return watch

    def leave(self, watch: Watch) -> None:
        self._watches[watch.user_id].discard(watch)
        if not self._watches[watch.user_id]:
            del self._watches[watch.user_id]

    async def reach(self, position: Position) -> None:
        """Wait until all up to the position has been handed out."""
        while self.position < position:
            moved = self._moved
            self.bell.set()
            await moved.wait()

    def ring_everybody(self) -> None:
        for watch in itertools.chain.from_iterable(self._watches.values()):
            watch.ring()

    async def run(self) -> None:
        """Read on whenever woken, until cancelled."""
        look_again = _FIRST_LOOK_SECONDS
        while True:
            try:
                batch = await self._read()
            except DatabaseUnwell as error:
                logger.warning("cannot read the events of tenant %s: %s", self.tenant.pk, error)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if batch.is_behind:
                await asyncio.sleep(look_again)
                look_again = min(look_again * 2, _LAST_LOOK_SECONDS)
            elif not batch.is_full:
                look_again = _FIRST_LOOK_SECONDS
                await self.bell.wait()

    async def _read(self) -> reader.Batch:
        self.bell.clear()
        batch = await reader.aread(self.tenant, self.position)
        for line in batch.lines:
            self._hand_out(line)
        self.position = batch.position
        self._moved.set()
        self._moved = asyncio.Event()
        return batch

    def _hand_out(self, line: Line) -> None:
        self._recent.append(line)
        if len(self._recent) > RECENT:
            self._forget(self._recent.popleft())
        for watch in self._watches.get(None, ()):
            watch.put(line)
        for user_id in line.audience:
            self._recent_of[user_id].append(line)
            for watch in self._watches.get(user_id, ()):
                watch.put(line)

    def _forget(self, line: Line) -> None:
        self.start = line.place
        for user_id in line.audience:
            own = self._recent_of[user_id]
            own.popleft()
            if not own:
                del self._recent_of[user_id]


class Hub:
    """The feeds of this process, and the connection that wakes them. One per event loop: see `hub`."""

    def __init__(self) -> None:
        self.is_closing = False
        self._feeds: dict[int, Feed] = {}
        self._listener: Listener | None = None
        self._tasks: dict[Feed | Listener, asyncio.Task[None]] = {}

    async def watch(self, tenant: Tenant, user_id: int | None, after: Position, bell: Bell) -> Watch:
        """Ring the bell for every event addressed to the user (to anybody, if None) after the position.

        To be ended: `with await hub().watch(...) as watch`.
        """
        await self.listen()
        feed = self._feed(tenant, after)
        missed: list[Line] = []
        while after < feed.start and len(missed) <= WATCH_LIMIT:
            batch = await reader.aread(tenant, after, user_id=user_id)
            missed += batch.lines
            after = batch.position
        watch = feed.watch(user_id, after, bell)
        if missed:
            watch.begin_with(missed)
        if self.is_closing:
            bell.set()
        return watch

    def watch_now(self, tenant: Tenant, user_id: int | None, after: Position, bell: Bell) -> Watch | None:
        """The same if nothing has to be read for it; to be ended by `leave`."""
        feed = self._feeds.get(tenant.pk)
        if feed is None or after < feed.start or not self.is_listening:
            return None
        feed.idle_rounds = 0
        if self.is_closing:
            bell.set()
        return feed.watch(user_id, after, bell)

    @property
    def is_listening(self) -> bool:
        """Whether `listen` has nothing to wait for."""
        return self._listener is not None and self._listener.has_tried.is_set()

    async def listen(self) -> None:
        """Hear notifications from now on, or know that it does not work at present."""
        if self._listener is None:
            self._listener = Listener({ledger.NOTIFICATIONS: self._ring, **_also_heard}, self._perhaps_missed)
            self._tasks[self._listener] = asyncio.create_task(self._listener.run())
        if not self._listener.has_tried.is_set():
            await self._listener.has_tried.wait()

    def close_soon(self) -> None:
        """Ring for everybody: who finds `is_closing` ends politely, so that the process can stop."""
        self.is_closing = True
        for feed in self._feeds.values():
            feed.ring_everybody()

    async def close(self) -> None:
        self.close_soon()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
        self._feeds.clear()

    def _feed(self, tenant: Tenant, after: Position) -> Feed:
        feed = self._feeds.get(tenant.pk)
        if feed is None:
            feed = self._feeds[tenant.pk] = Feed(tenant, after)
            self._tasks[feed] = asyncio.create_task(feed.run())
        feed.idle_rounds = 0
        return feed

    def _ring(self, payload: str) -> None:
        if feed := self._feeds.get(int(payload)):
            feed.bell.set()

    def _perhaps_missed(self) -> None:
        """Every few seconds: have all feeds look, and end those that nobody has watched for a while."""
        for key, feed in list(self._feeds.items()):
            feed.bell.set()
            feed.idle_rounds = 0 if feed.is_watched else feed.idle_rounds + 1
            if feed.idle_rounds > _IDLE_ROUNDS:
                del self._feeds[key]
                self._tasks.pop(feed).cancel()


_also_heard: dict[str, Callable[[str], None]] = {}


def hear(channel: str, heard: Callable[[str], None]) -> None:
    """Have every hub listen to another channel too. For modules to call when they are imported."""
    _also_heard[channel] = heard


hub = PerLoop(Hub)  # the running loop's
