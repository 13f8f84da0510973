"""Posts events to webhooks, for as long as the worker lives: every endpoint on its own, so that none waits for another.

Waiting for a receiver costs a coroutine. Database work borrows a thread for the milliseconds that it takes.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseUnwell

from apps.common import clock, threads
from apps.common.threads import in_thread
from apps.events import ledger
from apps.events.wake import Listener
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.webhooks import signing
from apps.webhooks.models import WebhookEndpoint
from apps.webhooks.operations import delivering
from apps.webhooks.operations.delivering import Message, Taken
from apps.webhooks.posting import Outcome, post

log = logging.getLogger(__name__)

T = TypeVar("T")

_LOOK_SECONDS = 1.0  # how late something due is seen at the latest
_BEHIND_SECONDS = 0.05  # waiting for an older transaction to end
_AT_ONCE = 200  # endpoints being posted to


@contextmanager
def dispatching() -> Iterator[None]:
    """Post in a thread of its own meanwhile. What is under way at the end is finished or will be sent again."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=[stop], name="webhooks")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _run(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            asyncio.run(Dispatcher().run(stop))
        except Exception:
            log.exception("posting to webhooks failed, and is begun anew")
            stop.wait(_LOOK_SECONDS)
    threads.close()


class Dispatcher:
    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def run(self, stop: threading.Event) -> None:
        """Look whenever something happened, and every second for what the clock makes due."""
        listener = Listener({ledger.NOTIFICATIONS: lambda _: self._bell.set()}, self._bell.set)
        listening = asyncio.create_task(listener.run())
        try:
            while not stop.is_set():
                self._bell.clear()
                await self._look()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), _LOOK_SECONDS)
        finally:
            for task in (listening, *self._serving.values()):
                task.cancel()
            await asyncio.gather(listening, *self._serving.values(), return_exceptions=True)

    async def _look(self) -> None:
        try:
            for tenant, endpoint_id in await in_thread(_all_due):
                if endpoint_id not in self._serving:
                    serving = asyncio.create_task(self._serve(tenant, endpoint_id))
                    self._serving[endpoint_id] = serving
        except DatabaseUnwell as error:
            log.warning("cannot look for webhooks that are due: %s", error)

    async def _serve(self, tenant: Tenant, endpoint_id: int) -> None:
        claim: UUID | None = None
        try:
            async with self._places:
                while (taken := await in_thread(_in_scope, tenant, delivering.take, endpoint_id, claim)) is not None:
                    claim = taken.claim
                    if not (await _send_all(tenant, taken) and (taken.messages or taken.look_again)):
                        break
                    await asyncio.sleep(0 if taken.messages else _BEHIND_SECONDS)
        except DatabaseUnwell as error:
            log.warning("cannot post to webhook %s: %s", endpoint_id, error)
        finally:
            self._serving.pop(endpoint_id, None)
            if claim:
                with suppress(DatabaseUnwell):
                    await asyncio.shield(in_thread(_in_scope, tenant, delivering.release, endpoint_id, claim))


async def _send_all(tenant: Tenant, taken: Taken) -> bool:
    """Send the messages one after the other. Whether every one was received."""
    for message in taken.messages:
        outcome = await _send(taken.endpoint, message)
        if not await in_thread(_in_scope, tenant, delivering.record, taken.endpoint.pk, taken.claim, message, outcome):
            return False
    return True


async def _send(endpoint: WebhookEndpoint, message: Message) -> Outcome:
    signed = signing.headers(message.id, int(time.time()), message.body, _secrets(endpoint))
    fixed = {"Content-Type": "application/json", "User-Agent": settings.WEBHOOK_USER_AGENT}
    return await post(endpoint.url, message.body, fixed | signed)


def _secrets(endpoint: WebhookEndpoint) -> list[str]:
    until = endpoint.former_secret_until
    return [endpoint.secret, endpoint.former_secret] if until and clock.now() < until else [endpoint.secret]


def _all_due() -> list[tuple[Tenant, int]]:
    return [
        (tenant, endpoint_id)
        for tenant in Tenant.objects.filter(is_active=True)
        for endpoint_id in _in_scope(tenant, delivering.due)
    ]


def _in_scope(tenant: Tenant, work: Callable[..., T], *arguments: object) -> T:
    with scope(tenant):
        return work(*arguments)
