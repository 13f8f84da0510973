"""Races with real connections: whatever two people do at once, work has one owner."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from apps.agents.models import AgentChannel
from apps.queues import operations, sweeps
from apps.queues.models import OfferState, WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_tenant, ready
from tests.concurrency.race import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def at_once(tenant: Tenant, *acts: Callable[[], Any]) -> list[Any]:
    """Each act in a transaction and on a connection of its own, at the same moment."""

    def inside(act: Callable[[], Any]) -> Any:
        with scope(tenant):
            return act()

    return race(*(partial(inside, act) for act in acts))


def test_two_agents_racing_for_one_offer_200_times() -> None:
    tenant = make_tenant()
    with scope(tenant):
        first, second = ready(make_agent()), ready(make_agent())
        queue = make_queue(members=[first, second], wrap_up_s=0)
    for _ in range(200):
        with scope(tenant):
            live = make_live(queue)
        results = at_once(
            tenant,
            lambda live=live: operations.accept(live, by=first),
            lambda live=live: operations.accept(live, by=second),
        )
        winners = [result for result in results if isinstance(result, WorkOffer)]
        assert len(winners) == 1, results
        with scope(tenant):
            live.refresh_from_db()
            assert live.handler == winners[0].agent
            operations.hang_up(live, by=None)
    with scope(tenant):
        assert set(AgentChannel.objects.values_list("load", flat=True)) == {0}


def test_accept_and_time_out_at_once() -> None:
    tenant = make_tenant()
    with scope(tenant):
        agent = ready(make_agent())
        queue = make_queue(members=[agent], wrap_up_s=0)
    for _ in range(50):
        with scope(tenant):
            live = make_live(queue)
            offer = WorkOffer.objects.get(interaction=live)
        at_once(
            tenant,
            lambda live=live: operations.accept(live, by=agent),
            lambda offer=offer: operations.time_out(offer),
        )
        with scope(tenant):
            states = list(WorkOffer.objects.filter(interaction=live).values_list("state", "outcome"))
            assert states in ([(OfferState.WORKING, "accepted")], [(OfferState.ENDED, "timed_out")])
            operations.close(live, by=None)


def test_a_contact_and_an_agent_that_arrive_at_once_find_each_other() -> None:
    tenant = make_tenant()
    with scope(tenant):
        agent = make_agent()
        queue = make_queue(members=[agent], wrap_up_s=0)
        operations.start_session(agent, by=agent.user)
    for _ in range(20):
        with scope(tenant):
            operations.make_not_ready(agent, by=agent.user)
        live, _ = at_once(tenant, lambda: make_live(queue), lambda: operations.make_ready(agent, by=agent.user))
        sweeps.route(tenant)
        with scope(tenant):
            assert WorkOffer.objects.filter(interaction=live, state=OfferState.OFFERED).count() == 1
            operations.close(live, by=None)
