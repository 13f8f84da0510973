"""A week of traffic through the real operations, each told the time: everything that can befall a contact, overlapping.

Scripts are generators that yield how many seconds pass; the next one due goes on. Work goes to whoever routing finds.
"""

import heapq
import math
import random
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db.models import F

from apps.agents.models import Agent, AgentChannel, NotReadyReason
from apps.queues import operations
from apps.queues.models import Queue, Workbin, WorkOffer
from tests.builders import make_agent, make_queue, make_user

Script = Generator[float, None, Any]
_PATIENCE_S = 600


class Week:
    """`did` counts what the scripts did, by their own words."""

    def __init__(self, begin: datetime, seed: int) -> None:
        self.at, self.chance, self.did = begin, random.Random(seed), Counter[str]()
        self._due: list[tuple[datetime, int, Script]] = []
        self._turn = count()
        self.by = make_user("integration")
        self.agents = [make_agent() for _ in range(3)]
        self.queues = [make_queue(members=self.agents, wrap_up_s=60), make_queue(members=self.agents, sla=None)]

    def plan(self, when: datetime, script: Script) -> None:
        heapq.heappush(self._due, (when, next(self._turn), script))

    def run(self) -> None:
        while self._due:
            self.at, _, script = heapq.heappop(self._due)
            if (wait := next(script, None)) is not None:
                self.plan(self.at + timedelta(milliseconds=round(wait * 1000)), script)

    # People ------------------------------------------------------------------------------------------------------

    def shift(self, agent: Agent, hours: float) -> Script:
        """Signed in, with a break in the middle."""
        operations.start_session(agent, by=agent.user, at=self.at)
        yield 30
        operations.make_ready(agent, by=agent.user, at=self.at)
        yield hours * 1800
        reason = NotReadyReason.objects.first()
        operations.make_not_ready(agent, reason=reason, by=agent.user, at=self.at)
        yield 1000.5
        operations.make_ready(agent, by=agent.user, at=self.at)
        yield hours * 1800
        operations.make_not_ready(agent, by=agent.user, at=self.at)
        while WorkOffer.objects.filter(agent=agent, state="working").exists():
            yield 60
        operations.end_session(agent, by=agent.user, at=self.at)

    # Steps -------------------------------------------------------------------------------------------------------

    def arrive(self, queue: Queue | None = None, *, channel: str = "voice") -> Generator[float, None, Any]:
        contact = operations.open(channel=channel, customer="+442079460123", contact_point="", by=self.by, at=self.at)
        self.did["started"] += 1
        yield self.some(1, 12)
        operations.enqueue(contact, queue or self.queues[0], by=self.by, at=self.at)
        return contact

    def answer(self, contact: Any) -> Generator[float, None, Agent | None]:
        """Whoever is asked accepts; the customer gives up after a while. Returns who did."""
        offer = yield from self.offered(contact, patience=_PATIENCE_S)
        if offer is None:
            operations.abandon(contact, at=self.at)
            self.did["gave up"] += 1
            return None
        operations.accept(contact, by=offer.agent, at=self.at)
        self.did["accepted"] += 1
        return offer.agent

    def offered(self, contact: Any, patience: float = math.inf) -> Generator[float, None, WorkOffer | None]:
        """Until it has been offered for a moment; None if that takes too long."""
        waited, pause = 0.0, 8.0
        while (offer := self.offer(contact)) is None and waited < patience:
            yield pause
            waited, pause = waited + pause, pause * 1.5  # it looks less and less often
        if offer:
            yield self.some(1, 10)
        return offer

    def somebody(self) -> Generator[float, None, Agent]:
        """Who is there and has room for a chat."""
        free = AgentChannel.objects.filter(channel="chat", session__ended_at=None, load__lt=F("capacity"))
        while (found := free.select_related("agent__user").first()) is None:
            yield 1800
        return found.agent

    def offer(self, contact: Any) -> WorkOffer | None:
        open_ones = WorkOffer.objects.filter(interaction=contact, state="offered")
        return open_ones.select_related("agent__user").first()

    def finish(self, contact: Any, *agents: Agent) -> Script:
        """Talk, hang up, wrap up."""
        yield self.some(5, 200)
        operations.hang_up(contact, by=agents[0], at=self.at)
        for agent in agents:
            yield self.some(1, 50)
            if WorkOffer.objects.filter(interaction=contact, agent=agent, state="wrap_up").exists():
                operations.complete(contact, by=agent, at=self.at)

    def some(self, least: float, most: float) -> float:
        return round(self.chance.uniform(least, most), 3)


# What befalls a contact -------------------------------------------------------------------------------------------


def answered(week: Week) -> Script:
    call = yield from week.arrive()
    if agent := (yield from week.answer(call)):
        yield from week.finish(call, agent)


def abandoned(week: Week) -> Script:
    call = yield from week.arrive()
    yield from week.offered(call)
    yield week.some(1, 10)
    operations.abandon(call, at=week.at)
    week.did["gave up"] += 1


def abandoned_at_night(week: Week) -> Script:
    call = yield from week.arrive(make_queue())  # nobody works there
    yield week.some(21, 900)
    operations.abandon(call, at=week.at)
    week.did["gave up"] += 1


def gone_in_the_menu(week: Week) -> Script:
    call = operations.open(channel="voice", customer="1", contact_point="2", by=week.by, at=week.at)
    week.did["started"] += 1
    yield week.some(1, 30)
    operations.abandon(call, at=week.at)
    week.did["gone in the menu"] += 1


def rejected(week: Week) -> Script:
    call = yield from week.arrive()
    offer = yield from week.offered(call)
    assert offer
    operations.reject(call, by=offer.agent, at=week.at)
    week.did["rejected"] += 1
    yield 6
    type(offer.queue_entry).objects.filter(pk=offer.queue_entry_id).update(passed_over=[])  # the next round
    operations.make_ready(offer.agent, by=offer.agent.user, at=week.at)
    if agent := (yield from week.answer(call)):
        yield from week.finish(call, agent)


def timed_out(week: Week) -> Script:
    call = yield from week.arrive()
    offer = yield from week.offered(call)
    assert offer
    yield 20
    operations.time_out(offer, at=week.at)
    week.did["missed"] += 1
    yield 3
    if week.offer(call) is None:
        operations.move(call, week.queues[1], by=None, at=week.at)  # sent on after waiting
        week.did["sent on"] += 1
    if agent := (yield from week.answer(call)):
        yield from week.finish(call, agent)


def lost_on_hold(week: Week) -> Script:
    call = yield from week.arrive()
    if agent := (yield from week.answer(call)):
        for _ in range(2):
            yield week.some(5, 30)
            operations.hold(call, by=agent, at=week.at)
            week.did["held"] += 1
            yield week.some(1, 50)
            operations.resume(call, by=agent, at=week.at)
        yield 2
        operations.hold(call, by=agent, at=week.at)
        week.did["held"] += 1
        yield from week.finish(call, agent)


def passed_to_a_queue(week: Week) -> Script:
    call = yield from week.arrive()
    if first := (yield from week.answer(call)):
        yield week.some(5, 100)
        operations.place_in_queue(call, week.queues[1], by=first, at=week.at)
        week.did["transferred"] += 1
        if second := (yield from week.answer(call)):
            yield from week.finish(call, second)


def passed_warm(week: Week) -> Script:
    call = yield from week.arrive()
    if first := (yield from week.answer(call)):
        yield week.some(5, 100)
        operations.start_transfer(call, week.queues[1], by=first, at=week.at)
        offer = yield from week.offered(call)
        assert offer
        operations.accept(call, by=offer.agent, at=week.at)
        week.did["accepted"] += 1
        yield week.some(4, 40)
        operations.complete_transfer(call, by=first, at=week.at)
        week.did["transferred"] += 1
        week.did["warm"] += 1
        yield from week.finish(call, offer.agent)


def asked_and_called_off(week: Week) -> Script:
    call = yield from week.arrive()
    if agent := (yield from week.answer(call)):
        yield week.some(5, 100)
        operations.start_transfer(call, make_queue(), by=agent, at=week.at)
        yield week.some(5, 100)
        operations.cancel_transfer(call, by=agent, at=week.at)
        week.did["called off"] += 1
        yield from week.finish(call, agent)


def put_back(week: Week) -> Script:
    call = yield from week.arrive()
    if first := (yield from week.answer(call)):
        yield week.some(5, 100)
        operations.requeue(call, by=None, agent=first, at=week.at)
        week.did["put back"] += 1
        yield 6
        call.queue_entries.filter(left_at=None).update(passed_over=[])
        if (agent := (yield from week.answer(call))) is not None:
            yield from week.finish(call, agent)


def lying_overnight(week: Week) -> Script:
    chat = yield from week.arrive(channel="chat")
    if agent := (yield from week.answer(chat)):
        yield week.some(60, 600)
        workbin, _ = Workbin.objects.get_or_create(name="Later", kind="place")
        operations.park(chat, workbin, by=agent, at=week.at)
        week.did["parked"] += 1
        yield week.some(8, 20) * 3600
        puller = yield from week.somebody()
        operations.pull(chat, by=puller, at=week.at)
        yield from week.finish(chat, puller)


def to_be_called_back(week: Week) -> Script:
    call = yield from week.arrive(make_queue())
    yield week.some(30, 200)
    operations.abandon(call, at=week.at, callback=True)
    week.did["callbacks"] += 1
    back = operations.open_callback(call, number="+442079460123", by=week.by, queue=week.queues[0], at=week.at)
    week.did["started"] += 1
    if agent := (yield from week.answer(back)):
        yield from week.finish(back, agent)


def dialled(week: Week) -> Script:
    dialler = yield from week.somebody()
    chat = operations.open_outbound(channel="chat", by=dialler, customer="a@example.org", at=week.at)
    week.did["started"] += 1
    yield week.some(60, 500)
    operations.complete(chat, by=dialler, at=week.at)


def closed_by_somebody(week: Week) -> Script:
    call = yield from week.arrive(make_queue())
    yield week.some(30, 200)
    operations.close(call, by=None, at=week.at)
    week.did["closed"] += 1


CASES: Mapping[str, Callable[[Week], Script]] = {
    each.__name__: each
    for each in (
        *(answered, abandoned, abandoned_at_night, gone_in_the_menu, rejected, timed_out, lost_on_hold),
        *(passed_to_a_queue, passed_warm, asked_and_called_off, put_back, lying_overnight, to_be_called_back),
        *(dialled, closed_by_somebody),
    )
}
