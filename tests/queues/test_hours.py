"""Queues that are closed: what waits there is offered to nobody until they open."""

from datetime import UTC, datetime, time, timedelta

import pytest

from apps.common import clock
from apps.queues import operations, rulebook, sweeps
from apps.queues.models import BusinessHours, OfferState, OpenInterval, Queue, WorkOffer
from apps.tenants.models import Tenant
from tests.builders import configured, make_agent, make_live, make_queue, ready


def hours_of(queue: Queue, *, is_open: bool, name: str = "Office") -> BusinessHours:
    """Business hours that are open now, or closed now."""
    hours: BusinessHours = configured(BusinessHours(name=name, time_zone="UTC"))
    for weekday in range(7) if is_open else [(today() + 3) % 7]:
        configured(OpenInterval(hours=hours, weekday=weekday, opens=time(), closes=time()))
    queue.hours = hours
    configured(queue)
    return hours


def today() -> int:
    return clock.now().astimezone(UTC).weekday()


def offers() -> int:
    return WorkOffer.objects.filter(state=OfferState.OFFERED).count()


@pytest.mark.parametrize("is_open", [True, False])
def test_what_arrives_is_offered_only_while_the_queue_is_open(in_scope: Tenant, is_open: bool) -> None:
    queue = make_queue("Support", [ready(make_agent())])
    hours_of(queue, is_open=is_open)
    make_live(queue)
    assert offers() == is_open


@pytest.mark.parametrize("is_open", [True, False])
def test_who_becomes_ready_gets_nothing_out_of_a_closed_queue(in_scope: Tenant, is_open: bool) -> None:
    agent = make_agent()
    queue = make_queue("Support", [agent])
    hours_of(queue, is_open=is_open)
    make_live(queue)
    ready(agent)
    assert offers() == is_open


def test_a_queue_that_opens_is_served_in_the_workers_next_round(in_scope: Tenant) -> None:
    queue = make_queue("Support", [ready(make_agent())])
    hours = hours_of(queue, is_open=False)
    make_live(queue)
    assert sweeps.route(in_scope) == 0
    configured(OpenInterval(hours=hours, weekday=today(), opens=time(), closes=time()))
    assert sweeps.route(in_scope) == 1
    assert offers() == 1


def test_another_queue_is_served_meanwhile(in_scope: Tenant) -> None:
    agent = make_agent()
    shut, other = make_queue("Shut", [agent], priority=900), make_queue("Other", [agent])
    hours_of(shut, is_open=False)
    make_live(shut)
    there = make_live(other)
    ready(agent)
    assert [offer.interaction_id for offer in WorkOffer.objects.all()] == [there.pk]


def test_an_agent_may_fetch_work_out_of_a_closed_queue(in_scope: Tenant) -> None:
    agent = ready(make_agent())
    queue = make_queue("Support", [agent])
    hours_of(queue, is_open=False)
    waiting = make_live(queue)
    operations.pull(waiting, by=agent)
    waiting.refresh_from_db()
    assert waiting.handler == agent


def test_asking_which_queues_are_closed_costs_no_query(in_scope: Tenant, django_assert_num_queries: object) -> None:
    queue = make_queue("Support")
    hours_of(queue, is_open=False)
    assert rulebook.closed_queues() == {queue.pk}
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert rulebook.closed_queues() == {queue.pk}
        assert rulebook.closed_queues(clock.now() + timedelta(days=3)) == frozenset()
        assert not rulebook.is_closed(make_unsaved(), datetime(2026, 1, 1, tzinfo=UTC))


def make_unsaved() -> Queue:
    return Queue(pk=-1)
