"""Routing while others route: nobody waits for anybody, nothing is given twice, nothing is miscounted."""

import threading
from functools import partial
from typing import Any

import pytest

from apps.agents.models import AgentChannel
from apps.queues import operations, sweeps
from apps.queues.models import OfferState, QueueEntry, QueueTally, WorkOffer
from apps.queues.operations import stays
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_tenant
from tests.concurrency.race import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

_PATIENCE_S = 30


def inside(tenant: Tenant, act: Any) -> Any:
    with scope(tenant):
        return act()


def test_agents_who_get_ready_at_once_share_what_waits() -> None:
    tenant = make_tenant()
    with scope(tenant):
        agents = [make_agent() for _ in range(6)]
        queue = make_queue(members=agents)
        for agent in agents:
            operations.start_session(agent, ["chat"], by=agent.user)
        for _ in range(8):
            make_live(queue, channel="chat")
    race(*(partial(inside, tenant, partial(operations.make_ready, agent, by=agent.user)) for agent in agents))
    sweeps.route(tenant)
    with scope(tenant):
        offers = WorkOffer.objects.filter(state=OfferState.OFFERED)
        assert sorted(offers.values_list("agent_id", flat=True)) == sorted(agent.pk for agent in agents)
        assert offers.values("interaction").distinct().count() == len(agents)
        waiting = QueueEntry.objects.filter(offered_to=None).order_by("id")
        assert list(waiting) == list(QueueEntry.objects.order_by("id"))[6:]  # the oldest were taken
        assert set(AgentChannel.objects.values_list("load", flat=True)) == {1}


def test_a_call_and_a_chat_that_arrive_at_once_are_not_both_offered_to_one_agent() -> None:
    for _ in range(4):
        tenant = make_tenant()
        with scope(tenant):
            agent = make_agent()
            queue = make_queue(members=[agent])
            operations.start_session(agent, ["voice", "chat"], by=agent.user)
            operations.make_ready(agent, by=agent.user)
        race(*(partial(inside, tenant, partial(make_live, queue, channel=each)) for each in ("voice", "chat", "chat")))
        sweeps.route(tenant)
        with scope(tenant):
            offered = set(WorkOffer.objects.values_list("interaction__channel", flat=True))
            assert offered in ({"voice"}, {"chat"})


def test_an_arrival_waits_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stays, "_TALLIES", 2)  # so that they sum up, too
    tenant = make_tenant()
    with scope(tenant):
        queue = make_queue()
        for _ in range(4):
            make_live(queue)
    arrived, others_are_done = threading.Event(), threading.Event()

    def slow() -> None:
        with scope(tenant):
            make_live(queue)
            arrived.set()
            assert others_are_done.wait(_PATIENCE_S)

    def quick() -> None:
        assert arrived.wait(_PATIENCE_S)
        for _ in range(3):
            with scope(tenant):
                make_live(queue)
        others_are_done.set()

    assert race(slow, quick) == [None, None]
    with scope(tenant):
        assert stays.waiting(queue) == QueueEntry.objects.filter(left_at=None).count() == 8


def test_the_length_is_right_after_arrivals_and_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stays, "_TALLIES", 3)
    tenant = make_tenant()
    with scope(tenant):
        queue = make_queue()
        leaving = [make_live(queue) for _ in range(4)]
    for live in leaving:
        arrive = partial(inside, tenant, partial(make_live, queue))
        outcomes = race(arrive, partial(inside, tenant, partial(operations.abandon, live)), arrive)
        assert not [each for each in outcomes if isinstance(each, Exception)]
    with scope(tenant):
        assert stays.waiting(queue) == QueueEntry.objects.filter(left_at=None).count() == 8
        assert QueueTally.objects.count() < 20
