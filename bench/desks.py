"""300 open desks while work comes and goes: from an event to the page that shows it, against the event's bare delivery.

Each desk is an agent's, with a session and a stream of its own; it loads the page and does from then on what the page
does. Chats arrive, are accepted and completed through the operations that every client uses.
"""

import json
import subprocess
import sys
import time

from django.test import Client
from rich.console import Console

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents.models import Agent, Channel
from apps.queues import operations
from apps.queues.models import Queue, QueueMember, WorkOffer
from apps.tenants.scope import scope
from bench.pushing import push_process
from bench.server import House
from bench.table import Row

DESKS = 300
_EACH = 0.25  # seconds from one chat to the next


def measure(house: House, seconds: float) -> Row:
    """The row's figures are how often the slow ones (p95) would follow each other in a second: their ratio counts."""
    with scope(house.tenant):
        agents = _agents(house)
        cookies = [_signed_in(agent.user) for agent in agents]
    with push_process(house) as (port, _):
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.desk_pages"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            _say(process, json.dumps({"stream": port, "web": house.port, "cookies": cookies}))
            before = house.web_seconds()
            _traffic(house, agents[0].user, seconds)
            spent = house.web_seconds() - before
            told = json.loads(_say(process, "enough"))
        finally:
            process.kill()
            process.wait()
    if len(told["changed"]) != len(told["delivered"]) or not told["changed"]:
        raise RuntimeError(f"{len(told['delivered'])} events came, {len(told['changed'])} were shown")
    delivered, changed = _slow(told["delivered"]), _slow(told["changed"])
    Console(width=120).print(
        f"desks: {len(told['changed']):,} events at {DESKS} open desks; 95 % arrive within {delivered * 1000:,.0f} ms,"
        f" and are on the page within {changed * 1000:,.0f} ms: {changed / delivered:.1f} times as long;"
        f" {told['requests'] / len(told['changed']):.2f} requests for each;"
        f" the web processes work {spent / len(told['changed']) * 1000:.0f} ms for each"
    )
    return Row(f"event on the page at {DESKS} open desks : its bare delivery", 1 / changed, 1 / delivered, least=0.2)


def _agents(house: House) -> list[Agent]:
    """Agents who are ready for chats of one queue."""
    users = User.objects.bulk_create(
        User(tenant=house.tenant, username=f"desk{number}-{time.time_ns()}", role=Role.AGENT) for number in range(DESKS)
    )
    agents = Agent.objects.bulk_create(Agent(user=user) for user in users)
    queue = Queue.objects.create(name="Desks", developer_name="Desks")
    QueueMember.objects.bulk_create(QueueMember(queue=queue, agent=agent) for agent in agents)
    for agent in agents:
        operations.start_session(agent, [Channel.CHAT], by=agent.user)
        operations.make_ready(agent, by=agent.user)
    return agents


def _signed_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def _traffic(house: House, by: User, seconds: float) -> None:
    """A chat comes, is accepted and completed, again and again; always by whoever has been idle longest."""
    until = time.monotonic() + seconds
    while (start := time.monotonic()) < until:
        with scope(house.tenant):  # a transaction each, as a request is
            chat = operations.open(channel=Channel.CHAT, by=by, customer="anna@example.org")
            operations.enqueue(chat, Queue.objects.get(name="Desks"), by=by)
        with scope(house.tenant):
            offer = WorkOffer.objects.select_related("agent__user").get(interaction=chat)
            operations.accept(chat, by=offer.agent)
        with scope(house.tenant):
            operations.complete(chat, by=offer.agent)
        time.sleep(max(0, start + _EACH - time.monotonic()))


def _say(process: "subprocess.Popen[str]", line: str) -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise RuntimeError("the desks failed")
    return answer


def _slow(times: list[float]) -> float:
    """What 95 of 100 do not exceed."""
    return sorted(times)[len(times) * 95 // 100]
