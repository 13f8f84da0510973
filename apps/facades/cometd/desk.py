"""Where requests of a tenant's clients are served in batches: what comes while one is being written makes up the next.

A quiet process serves each request at once, in a transaction of its own. A busy one serves hundreds in one, for the
price of a few statements: this is what lets one process answer thousands of clients.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from apps.accounts.remembered import Known, are_good
from apps.common.threads import in_thread
from apps.facades.cometd.models import CometdSession
from apps.facades.cometd.sessions import Sessions
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

T = TypeVar("T")

_AT_ONCE = 250  # requests in one batch
_REMEMBERED = 20_000  # sessions

log = logging.getLogger(__name__)


class NoLongerGood(Exception):
    """What was known of the caller has changed: look again who it is."""


@dataclass
class Job(Generic[T]):
    """A request, or the end of one. `run` may be called twice: alone, if a batch failed."""

    client_ids: Sequence[object]  # whatever the client sent
    run: Callable[[Sessions], T]
    known: Known | None = None  # to be checked once more
    outcome: "asyncio.Future[T]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    result: T | None = None
    error: Exception | None = None

    def tell(self) -> None:
        if self.outcome.done():  # the client has left
            return
        if self.error:
            self.outcome.set_exception(self.error)
        else:
            self.outcome.set_result(self.result)  # type: ignore[arg-type]


class Desk:
    """Of one tenant, in one process."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._remembered: OrderedDict[str, CometdSession] = OrderedDict()
        self._waiting: list[Job[object]] = []
        self._serving: asyncio.Task[None] | None = None

    async def serve(self, job: Job[T]) -> T:
        self._waiting.append(job)  # type: ignore[arg-type]
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve_all())
        return await job.outcome

    async def _serve_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                await in_thread(_serve, self._tenant, batch, self._remembered)
                for job in batch:
                    job.tell()
        finally:
            self._serving = None


def _serve(tenant: Tenant, batch: Sequence[Job[object]], remembered: "OrderedDict[str, CometdSession]") -> None:
    """Serve them together. If that fails, serve each by itself, so that only the culprit's request does."""
    try:
        _serve_together(tenant, batch, remembered)
    except Exception as error:
        if len(batch) == 1:
            batch[0].error = error
            return
        log.exception("a batch of %s requests failed, and each is served alone", len(batch))
        for job in batch:
            _serve(tenant, [job], remembered)
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)


def _serve_together(
    tenant: Tenant, batch: Iterable[Job[object]], remembered: "OrderedDict[str, CometdSession]"
) -> None:
    with scope(tenant):
        good = are_good([job.known for job in batch if job.known])
        sessions = Sessions(remembered)
        sessions.lock(client_id for job in batch for client_id in job.client_ids)
        for job in batch:
            job.result, job.error = None, None
            if job.known and job.known not in good:
                job.error = NoLongerGood()
            else:
                job.result = job.run(sessions)
        sessions.write()


def serve_alone(tenant: Tenant, job_ids: Sequence[object], run: Callable[[Sessions], T]) -> T:
    """One request in a transaction of its own, for work that may take long. Blocks."""
    with scope(tenant):
        sessions = Sessions(None)
        sessions.lock(job_ids)
        result = run(sessions)
        sessions.write()
        return result


_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Desk]] = WeakKeyDictionary()


def desk(tenant: Tenant) -> Desk:
    """The tenant's in the running loop."""
    desks = _desks.setdefault(asyncio.get_running_loop(), {})
    if tenant.pk not in desks:
        desks[tenant.pk] = Desk(tenant)
    return desks[tenant.pk]
