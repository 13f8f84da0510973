"""Where requests of a tenant's clients are served in batches: what comes while one is being written makes up the next.

A quiet process serves each request at once, in a transaction of its own. A busy one serves hundreds in one, for the
price of a few statements: this is what lets one process answer thousands of clients.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Generic, TypeVar

from apps.accounts.remembered import Known, have_changed
from apps.common.per_loop import PerLoop
from apps.common.threads import in_thread
from apps.facades.cometd.sessions import NoLongerGood, Overtaken, Remembered, Sessions
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

T = TypeVar("T")

_AT_ONCE = 1500  # requests in one batch
_MANY = 10  # in one batch: then more are gathered for so long before the next is served
_GATHERING_SECONDS = 0.01
_REMEMBERED = 20_000  # sessions

log = logging.getLogger(__name__)


class Job(ABC, Generic[T]):
    """A request, or the end of one. It may be run twice: alone, if a batch failed."""

    __slots__ = ("client_ids", "error", "known", "outcome", "result")

    is_written = False  # whether what it does is written in any case, and so found out if it comes too late

    def __init__(self, client_ids: Sequence[object], known: Known | None) -> None:
        self.client_ids = client_ids  # whatever the client sent
        self.known = known  # to be checked once more
        self.outcome: asyncio.Future[T]
        self.result: T | None = None
        self.error: Exception | None = None

    def begin(self) -> None:
        """Its batch begins. On the event loop."""

    @abstractmethod
    def run(self, sessions: Sessions) -> T:
        """Raises NoLongerGood if its caller has to begin anew."""

    def tell(self) -> None:
        if self.outcome.done():  # the client has left
            return
        if self.error:
            self.outcome.set_exception(self.error)
        else:
            self.outcome.set_result(self.result)  # type: ignore[arg-type]


class Call(Job[T]):
    """Of a function."""

    __slots__ = ("_function",)

    def __init__(
        self, client_ids: Sequence[object], function: Callable[[Sessions], T], known: Known | None = None
    ) -> None:
        super().__init__(client_ids, known)
        self._function = function

    def run(self, sessions: Sessions) -> T:
        return self._function(sessions)


class Desk:
    """Of one tenant, in one process."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.remembered = Remembered()
        self._waiting: list[Job[object]] = []
        self._serving: asyncio.Task[None] | None = None

    def serve(self, job: Job[T], loop: asyncio.AbstractEventLoop) -> "asyncio.Future[T]":
        job.outcome = loop.create_future()
        self.add(job, loop)  # type: ignore[arg-type]
        return job.outcome

    def add(self, job: Job[object], loop: asyncio.AbstractEventLoop) -> None:
        self._waiting.append(job)
        if self._serving is None:
            self._serving = loop.create_task(self._serve_all())

    async def _serve_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                for job in batch:
                    job.begin()
                await in_thread(_serve, self.tenant, batch, self.remembered)
                for job in batch:
                    job.tell()
                if len(batch) > _MANY and len(self._waiting) < _AT_ONCE:
                    await asyncio.sleep(_GATHERING_SECONDS)
        finally:
            self._serving = None


def _serve(tenant: Tenant, batch: Sequence[Job[object]], remembered: Remembered) -> None:
    """Serve them together. If that fails, serve each by itself, so that only the culprit's request does."""
    try:
        try:
            _serve_together(tenant, batch, remembered)
        except Overtaken:  # nothing is remembered of their sessions now, so their rows are locked
            _serve_together(tenant, batch, remembered)
    except Exception:
        log.exception("a batch of %s requests failed, and each is served alone", len(batch))
        for job in batch:
            _serve_again(tenant, job, remembered)
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)


def _serve_again(tenant: Tenant, job: Job[object], remembered: Remembered) -> None:
    try:
        _serve_together(tenant, [job], remembered)
    except Exception as error:
        job.error = error


def _serve_together(tenant: Tenant, batch: Iterable[Job[object]], remembered: Remembered) -> None:
    with scope(tenant):
        changed = have_changed([job.known for job in batch if job.known])
        sessions = Sessions(remembered)
        sessions.take(_clients(batch, are_written=False), to_be_written=_clients(batch, are_written=True))
        for job in batch:
            job.result, job.error = None, None
            try:
                if job.known in changed:
                    raise NoLongerGood
                job.result = job.run(sessions)
            except NoLongerGood as error:
                job.error = error
        sessions.write()


def _clients(batch: Iterable[Job[object]], *, are_written: bool) -> Collection[object]:
    return [client_id for job in batch if job.is_written is are_written for client_id in job.client_ids]


def serve_alone(tenant: Tenant, job_ids: Sequence[object], run: Callable[[Sessions], T]) -> T:
    """One request in a transaction of its own, for work that may take long. Blocks."""
    with scope(tenant):
        sessions = Sessions(None)
        sessions.take(job_ids)
        result = run(sessions)
        sessions.write()
        return result


_desks: PerLoop[dict[int, Desk]] = PerLoop(dict)


def desk(tenant: Tenant, loop: asyncio.AbstractEventLoop) -> Desk:
    """The tenant's in the running loop."""
    desks = _desks(loop)
    return desks.get(tenant.id) or desks.setdefault(tenant.id, Desk(tenant))
