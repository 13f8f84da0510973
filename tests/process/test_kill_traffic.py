"""`kill -9` of web, push and worker amid traffic: nothing hangs, no event is lost, nobody keeps phantom work."""

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from apps.accounts.operations import issue_token
from apps.agents.models import AgentSession
from apps.common import clock
from apps.demo.simulator.telephone import Telephone
from apps.demo.simulator.timetable import Unreachable
from apps.events import reader
from apps.events.models import Event
from apps.events.reader import Position
from apps.queues.invariants import violations
from apps.queues.models import OfferState, WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_queue, make_tenant, make_user
from tests.push.house import cookie
from tests.server import Server, database_url, running
from tests.telephony import CALLER, NUMBER, make_call_center, private_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]

AGENTS = 3
TRAFFIC, GONE_S = 3, 1.0  # calls taken between two kills; seconds without the victim
PATIENCE_S = 120
BROKEN = (OSError, http.client.HTTPException, Unreachable)


class Traffic:
    """Callers, agents and one reader, who all go on trying whatever happens to the servers."""

    def __init__(self, tenant: Tenant, web: str, push: str) -> None:
        self.tenant, self.web, self.push = tenant, web, push
        self.stop, self.stop_reading = threading.Event(), threading.Event()
        self.seen: list[str] = []  # positions of events, as the reader was told of them
        self.resyncs = 0

    def call(self) -> None:
        """Somebody calls every moment and hangs up a moment later; what the system could not tell is told again."""
        calls: dict[str, float] = {}
        while not self.stop.is_set() or calls:
            key = str(uuid.uuid4())
            try:
                if not self.stop.is_set():
                    self._telephone().create(key, caller=CALLER, number=NUMBER, started=clock.now().isoformat())
                    calls[key] = time.monotonic() + random.uniform(0.5, 3)
                for each in [each for each, ends in calls.items() if ends < time.monotonic()]:
                    self._telephone().update(each, {"callCenterApiName": "NorthHarbourCC"})
                    del calls[each]
            except BROKEN:
                pass
            time.sleep(0.15)

    def _telephone(self) -> Telephone:
        key = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        center = "NorthHarbourCC"
        return Telephone(self.web, org_id=self.tenant.org_id[:15], call_center=center, private_key=key)

    def work(self, token: str) -> None:
        """Take what is offered, now and then not, and finish it."""
        while not self.stop.is_set():
            try:
                self._look(token)
            except BROKEN:
                time.sleep(0.2)

    def _look(self, token: str) -> None:
        for item in self._api(token, "GET", "me/interactions?fields=*")["interactions"]:
            if item["state"] == "Invited":
                answer = random.choice(["Accept", "Accept", "Accept", "Reject"])
                self._api(token, "POST", f"me/interactions/{item['id']}", operationName=answer)
            elif random.random() < 0.2:
                self._api(token, "POST", f"me/interactions/{item['id']}", operationName="Complete")
        if self._api(token, "POST", "me", operationName="Ready")["statusCode"] == 2:
            self._api(token, "POST", "me", operationName="StartContactCenterSession", channels=["voice"])
        time.sleep(0.1)

    def _api(self, token: str, method: str, path: str, **body: Any) -> Any:
        server = http.client.HTTPConnection(urlsplit(self.web).netloc, timeout=10)
        try:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            server.request(method, f"/api/v2/{path}", json.dumps(body), headers)
            response = server.getresponse()
            assert response.status != 500, response.read()
            return json.loads(response.read())
        finally:
            server.close()

    def read(self, headers: dict[str, str], position: str) -> None:
        """The event stream from this position on; again from the last one whenever it breaks."""
        self.seen.append(position)
        while not self.stop_reading.is_set():
            server = http.client.HTTPConnection(urlsplit(self.push).netloc, timeout=2)
            try:
                server.request("GET", "/events/stream", headers={**headers, "Last-Event-ID": self.seen[-1]})
                self._hear(server.getresponse())
            except BROKEN:
                time.sleep(0.1)
            finally:
                server.close()

    def _hear(self, stream: http.client.HTTPResponse) -> None:
        told = ""
        while (line := stream.readline()) and not self.stop_reading.is_set():
            if line.startswith(b"id: "):
                told = line[4:].strip().decode()
            elif line.startswith(b"event: ") and line.strip() not in (b"event: in-step", b"event: resync"):
                self.seen.append(told)
            self.resyncs += line.strip() == b"event: resync"


@contextmanager
def worker() -> Iterator[Server]:
    """The worker process, which has no address."""
    command = [sys.executable, "manage.py", "worker"]
    surroundings = os.environ | {"DATABASE_URL": database_url()}
    process = subprocess.Popen(command, env=surroundings, cwd=settings.BASE_DIR)
    try:
        yield Server("", process)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def patiently(done: Callable[[], bool]) -> bool:
    """Whether it is so at last."""
    until = time.monotonic() + PATIENCE_S
    while not done() and time.monotonic() < until:
        time.sleep(0.3)
    return done()


def test_kill_amid_traffic() -> None:
    tenant = make_tenant(requeue_lost_after_s=0)
    with scope(tenant):
        agents = [make_agent() for _ in range(AGENTS)]
        queue = make_queue(members=agents, wrap_up_s=1, offer_timeout_s=2)
        make_call_center(queue)
        tokens = [issue_token(agent.user) for agent in agents]
        headers = cookie(make_user("supervisor"))
    start = reader.now()
    with ExitStack() as house:
        starts = {"web": lambda: running("wsgi"), "push": lambda: running("rsgi"), "worker": worker}
        servers = {name: house.enter_context(start_one()) for name, start_one in starts.items()}
        traffic = Traffic(tenant, servers["web"].address, servers["push"].address)
        moving = [threading.Thread(target=traffic.call, daemon=True)]
        moving += [threading.Thread(target=traffic.work, args=(token,), daemon=True) for token in tokens]
        reading = threading.Thread(target=traffic.read, args=(headers, str(start)), daemon=True)
        for thread in (*moving, reading):
            thread.start()
        for victim in ("web", "push", "worker"):
            wait_for_traffic(tenant)
            servers[victim].kill()
            time.sleep(GONE_S)
            servers[victim] = house.enter_context(starts[victim]())
            traffic.web, traffic.push = servers["web"].address, servers["push"].address
        wait_for_traffic(tenant)
        traffic.stop.set()
        for thread in moving:
            thread.join(PATIENCE_S)
        with scope(tenant):  # their clients have vanished, all of them at once
            AgentSession.objects.update(lease_until=clock.now() - timedelta(minutes=1))
        assert patiently(lambda: nobody_works(tenant))
        assert violations(tenant, overdue_s=10) == []
        assert patiently(lambda: len(traffic.seen) > len(told_since(tenant, start)))
        traffic.stop_reading.set()
        reading.join(PATIENCE_S)
    assert traffic.resyncs == 0
    assert traffic.seen[1:] == told_since(tenant, start)


def wait_for_traffic(tenant: Tenant) -> None:
    """Until agents have taken so many calls more."""

    def taken() -> int:
        with scope(tenant):
            return WorkOffer.objects.filter(outcome="accepted").count()

    before = taken()
    assert patiently(lambda: taken() >= before + TRAFFIC), "agents take no calls"


def nobody_works(tenant: Tenant) -> bool:
    with scope(tenant):
        working = WorkOffer.objects.exclude(state=OfferState.ENDED).exists()
        return not working and not AgentSession.objects.filter(ended_at=None).exists()


def told_since(tenant: Tenant, start: Position) -> list[str]:
    """The positions of all events since then, in the order of the ledger."""
    with scope(tenant):
        events = Event.objects.filter(xid__gte=start.xid).order_by("xid", "id")
        return [str(Position.of(event)) for event in events]
