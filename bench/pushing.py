"""Pushing to 5,000 CometD clients against a bare asyncio server that answers the same exchange from memory.

Each client is a person of its own and gets events of its own, through the ledger, over one push process. An event comes
to everybody; when the last has it, the next is published. One process plays all the clients for both sides.
"""

import http.client
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
from rich.console import Console

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.accounts.roles import Role
from apps.tenants.scope import scope
from bench.server import House, free_port
from bench.table import Row
from config.postgres import embedded
from tests.events.snapshots import interaction_event, part

CLIENTS = 5000
ROUNDS = 10
_PUBLISHED_AT_ONCE = 250  # events in one transaction
_PUBLISH = """
    insert into events_event (tenant_id, at, name, interaction_id, audience, data)
    select %s, clock_timestamp(), 'work.offered', %s + number, array[person],
        jsonb_set(jsonb_set(%s::jsonb, '{parts,0,user_id}', to_jsonb(person)), '{interaction,id}',
                  to_jsonb(%s + number))
    from unnest(%s::bigint[]) with ordinality as listed (person, number)
"""


def measure(house: House, seconds: float) -> Row:
    del seconds  # as long as the rounds take
    _raise_limit()
    people = _people(house)
    headers = [f"Authorization: Bearer {token}" for _, token in people]
    before_us = _reference(headers)
    with push_process(house) as (port, process):
        before = _memory(process)
        with _listeners(port, headers) as ours:
            waiting = _memory(process)
            users = [user_id for user_id, _ in people]
            _rounds(ours, lambda number: _publish(house, users, number), 1)
            worked = _worked(process)
            rate, delays = _rounds(ours, lambda number: _publish(house, users, number), ROUNDS)
            worked = _worked(process) - worked
            after = _memory(process)
    reference = statistics.mean([before_us, _reference(headers)])  # a shared machine is not equally fast all the time
    _tell(delays, waiting - before, after - before, worked)
    return Row(f"pushes to {CLIENTS:,} CometD clients : a bare asyncio server", rate, reference, least=0.5)


def _reference(headers: list[str]) -> float:
    """Deliveries a second of the bare server."""
    with _bare() as port, _listeners(port, headers) as bare:
        _rounds(bare, lambda number: _post(port, "/publish"), 1)
        rate, _ = _rounds(bare, lambda number: _post(port, "/publish"), ROUNDS)
    return rate


class Listening:
    """The process that plays the clients."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.rounds = 0

    def say(self, line: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("the listeners failed")
        return answer


def _rounds(listening: Listening, publish: Callable[[int], list[float]], rounds: int) -> tuple[float, list[float]]:
    """Deliveries a second, and how long each took from its commit, seconds. Raises if one is lost or comes twice."""
    delays: list[float] = []
    start = time.monotonic()
    for _ in range(rounds):
        published = publish(listening.rounds)
        listening.rounds += 1
        came = json.loads(listening.say(str(listening.rounds * CLIENTS)))
        if sorted(came["keys"]) != list(range(1, listening.rounds * CLIENTS + 1)):
            raise RuntimeError("an event was lost, or came twice")
        first = (listening.rounds - 1) * CLIENTS
        delays += [
            at - published[(key - 1 - first) // _PUBLISHED_AT_ONCE]
            for key, at in zip(came["keys"], came["at"], strict=True)
            if published and key > first
        ]
    return rounds * CLIENTS / (time.monotonic() - start), delays


def _publish(house: House, users: list[int], number: int) -> list[float]:
    """One event for everybody. When each transaction was committed, by the clock on the wall."""
    committed = []
    event = json.dumps(interaction_event(channel="work_item") | {"parts": [part(User())]})
    with house.owner() as connection:
        for start in range(0, CLIENTS, _PUBLISHED_AT_ONCE):
            first = number * CLIENTS + start
            chunk = users[start : start + _PUBLISHED_AT_ONCE]
            connection.execute(_PUBLISH, [house.tenant.pk, first, event, first, chunk])
            committed.append(time.time())
            connection.execute("select pg_notify('switchroom', %s)", [str(house.tenant.pk)])
    return committed


def _people(house: House) -> list[tuple[int, str]]:
    """Users with a token each."""
    with scope(house.tenant):
        users = User.objects.bulk_create(
            User(tenant=house.tenant, username=f"listener{number}-{os.getpid()}", role=Role.AGENT)
            for number in range(CLIENTS)
        )
    return [(user.pk, issue_token(user)) for user in users]


@contextmanager
def _listeners(port: int, headers: list[str]) -> Iterator[Listening]:
    command = [sys.executable, "-m", "bench.listeners"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        listening = Listening(process)
        listening.say(json.dumps({"port": port, "headers": headers}))
        yield listening
    finally:
        process.kill()
        process.wait()


@contextmanager
def _bare() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port)])
    try:
        _wait_for(port)
        yield port
    finally:
        process.kill()
        process.wait()


@contextmanager
def push_process(house: House) -> Iterator[tuple[int, psutil.Process]]:
    """One push process, as in production; the process is the worker that serves."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "rsgi",
        "--no-ws",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--workers", "1", "--backlog", "8192", "config.rsgi:application"]
    environment = os.environ | {"DATABASE_URL": embedded.url(house.postgres_dir)}
    process = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port)
        yield port, psutil.Process(process.pid).children()[0]
    finally:
        for each in (*psutil.Process(process.pid).children(), process):
            each.kill()
        process.wait(60)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("a server does not answer")


def _post(port: int, path: str) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, b"{}")
    connection.getresponse().read()
    return []


def _memory(process: psutil.Process) -> int:
    return int(process.memory_info().rss)


def _worked(process: psutil.Process) -> float:
    """Seconds of a processor, with all threads."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _raise_limit() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < 2 * CLIENTS:
        raise RuntimeError(f"{CLIENTS} connections need more open files: ulimit -n {4 * CLIENTS}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _tell(delays: list[float], waiting: int, after: int, worked: float) -> None:
    ranked = sorted(delays)
    middle, slow = ranked[len(ranked) // 2], ranked[len(ranked) * 99 // 100]
    Console(width=120).print(
        f"pushing: {len(ranked):,} events, none lost, in order; from commit to client {middle * 1000:,.0f} ms"
        f" (median), {slow * 1000:,.0f} ms (99 %); {waiting / CLIENTS / 1024:.0f} KiB a waiting client,"
        f" {after / CLIENTS / 1024:.0f} KiB after the rounds; {worked / len(ranked) * 1000:.3f} ms of a processor each"
    )
