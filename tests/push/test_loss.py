"""Fifty writers whose commits come in any order, twenty readers that are killed and come back: nobody misses an event.

A reader that holds a place sees each of its events once, and in the ledger's order: the event stream by its last id, a
CometD client by the batch that it has, a webhook by the message's id.
"""

import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.conf import settings as house_settings
from django.db import connection
from pytest_django import Settings

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.common import threads
from apps.common.threads import in_thread
from apps.events import ledger
from apps.events.models import Event
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.webhooks.models import WebhookEndpoint
from apps.webhooks.operations import setup
from tests.builders import make_user
from tests.events.snapshots import interaction_event, part
from tests.push.house import somebody
from tests.push.readers import Acknowledging, Reader, Stream, gather
from tests.server import database_url, free_port, running
from tests.webhooks.receiver import Receiver, receiving

pytestmark = [pytest.mark.process, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

WRITERS, EVENTS_EACH = 50, 8
PEOPLE = 6
STREAMS, ACKNOWLEDGING, HOOKS = 9, 9, 2
LONGEST_COMMIT_S = 0.1
PATIENCE_S = 120


def write(tenant: Tenant, people: list[User], number: int) -> None:
    """Events for some people or nobody, each in a transaction that takes its time before it commits."""
    try:
        for each in range(EVENTS_EACH):
            told = random.sample(people, random.randint(0, 3))
            with scope(tenant):
                key = number * EVENTS_EACH + each + 1
                data = interaction_event(id=key, channel="work_item") | {"parts": [part(user) for user in told]}
                audience = [user.pk for user in told]
                ledger.publish("work.offered", interaction_id=key, audience=audience, data=data)
                time.sleep(random.uniform(0, LONGEST_COMMIT_S))
    finally:
        connection.close()


def write_all(tenant: Tenant, people: list[User]) -> None:
    writers = [threading.Thread(target=write, args=(tenant, people, number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


def written(tenant: Tenant, to: User | None = None) -> list[int]:
    """The events that concern the user, or all, as the ledger has them."""
    with scope(tenant):
        events = Event.objects.order_by("xid", "id")
        found = events.filter(audience__contains=[to.pk]) if to else events
        return [int(key or 0) for key in found.values_list("interaction_id", flat=True)]


@contextmanager
def a_worker() -> Iterator["subprocess.Popen[bytes]"]:
    surroundings = {
        "DATABASE_URL": database_url(),
        "SWITCHROOM_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "SWITCHROOM_WEBHOOK_RETRY": "0.1",
        "SWITCHROOM_WEBHOOK_TIMEOUT": "1",
    }
    command = [sys.executable, "manage.py", "worker"]
    process = subprocess.Popen(command, env=os.environ | surroundings, cwd=house_settings.BASE_DIR)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Hook:
    """A receiver that is away now and then, and takes its messages by their ids."""

    def __init__(self) -> None:
        self.port = free_port()
        self.parts: list[Receiver] = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._live_and_die)

    @property
    def seen(self) -> list[int]:
        return list({each.id: each.number for part in self.parts for each in part.came}.values())

    def _live_and_die(self) -> None:
        while not self.is_over.is_set():
            with receiving(lambda received: 503 if random.random() < 0.05 else 200, port=self.port) as receiver:
                self.parts.append(receiver)
                self.is_over.wait(random.uniform(0.3, 1.5))
            self.is_over.wait(random.uniform(0, 0.3))


@contextmanager
def hooked(tenant: Tenant) -> Iterator[list[Hook]]:
    hooks = [Hook() for _ in range(HOOKS)]
    with scope(tenant):
        admin = make_user("admin")
        for hook in hooks:
            url = f"http://127.0.0.1:{hook.port}/"
            setup.configure(WebhookEndpoint(name=url, url=url), by=admin)
    for hook in hooks:
        hook.thread.start()
    try:
        yield hooks
    finally:
        for hook in hooks:
            hook.is_over.set()
            hook.thread.join()


def test_who_holds_a_place_sees_each_event_once_and_in_order(tenant: Tenant, settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    people = [somebody(tenant) for _ in range(PEOPLE)]
    boss = bearer(somebody(tenant, "supervisor"))  # who hears of everything
    tokens = {user: bearer(user) for user in people}
    truth: dict[User | None, list[int]] = {}

    async def write_and_tell() -> None:
        await asyncio.to_thread(write_all, tenant, people)
        for user in (None, *people):
            truth[user] = await in_thread(written, tenant, user)

    async def scenario(readers: list[tuple[User | None, Reader]], worker: "subprocess.Popen[bytes]") -> None:
        def has_all(user: User | None, reader: Reader) -> bool:
            return user in truth and len(reader.seen) >= len(truth[user])

        await gather(*(reader.begin() for _, reader in readers))
        lives = [reader.live_and_die(partial(has_all, user, reader)) for user, reader in readers]
        asyncio.get_running_loop().call_later(1, worker.kill)  # in the middle of everything; another goes on
        await gather(write_and_tell(), *lives)
        for user, reader in readers:
            assert reader.seen == truth[user], type(reader).__name__

    with running("rsgi", workers=2) as server, a_worker() as worker, a_worker(), hooked(tenant) as hooks:
        readers: list[tuple[User | None, Reader]] = [(None, Stream(server.address, boss))]
        readers += [(user, Stream(server.address, tokens[user])) for user in cycled(people, STREAMS - 1)]
        readers += [(user, Acknowledging(server.address, tokens[user])) for user in cycled(people, ACKNOWLEDGING)]
        try:
            asyncio.run(asyncio.wait_for(scenario(readers, worker), PATIENCE_S))
        finally:
            threads.close()
        everything = truth[None]
        assert len(everything) == WRITERS * EVENTS_EACH
        until = time.monotonic() + PATIENCE_S
        while any(len(hook.seen) < len(everything) for hook in hooks) and time.monotonic() < until:
            time.sleep(0.1)
        assert [hook.seen for hook in hooks] == [everything] * HOOKS


def cycled(people: list[User], times: int) -> list[User]:
    return [people[number % len(people)] for number in range(times)]


def bearer(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_token(user)}"}
