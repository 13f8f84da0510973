"""Contacts that go elsewhere: waited too long, too many wait, nobody there, closed; and never round in circles."""

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.common import clock
from apps.common.errors import Invalid
from apps.engagements.models import EngagementInteraction
from apps.queues import operations, sweeps
from apps.queues.models import Flow, Holiday, HolidayList, OverflowRule, Queue, QueueEntry
from apps.tenants.models import Tenant
from tests.builders import configured, make_agent, make_live, make_queue, make_user, ready
from tests.queues.test_hours import hours_of, today

LONG_AGO = timedelta(minutes=5)


@pytest.fixture
def support(in_scope: Tenant) -> Queue:
    return make_queue("Support", [make_agent("ben")])


@pytest.fixture
def spare(in_scope: Tenant) -> Queue:
    return make_queue("Spare")


def rule(queue: Queue, trigger: str, to: Queue | Flow, threshold: int | None = None, **values: Any) -> OverflowRule:
    where = {"to_queue": to} if isinstance(to, Queue) else {"to_flow": to}
    made: OverflowRule = configured(OverflowRule(queue=queue, trigger=trigger, threshold=threshold, **where, **values))
    return made


def stays(interaction: EngagementInteraction) -> list[tuple[str | None, str | None]]:
    return [(entry.queue and entry.queue.name, entry.exit_type) for entry in interaction.queue_entries.order_by("id")]


def test_who_waited_too_long_goes_on_in_the_workers_round(in_scope: Tenant, support: Queue, spare: Queue) -> None:
    rule(support, "waiting", spare, 60, raise_priority=50)
    old, new = make_live(support, at=clock.now() - LONG_AGO), make_live(support)
    assert stays(new) == [("Support", None)]
    sweeps.overflow_stays(in_scope)
    assert stays(old) == [("Support", "timeout"), ("Spare", None)]
    assert stays(new) == [("Support", None)]
    moved = QueueEntry.objects.get(queue=spare)
    assert (moved.priority, moved.entry_type) == (150, "timeout")
    assert moved.waits_since == old.queue_entries.first().waits_since


def test_the_seconds_count_one_by_one(in_scope: Tenant, support: Queue, spare: Queue) -> None:
    rule(support, "waiting", spare, 60)
    entered = clock.now() - timedelta(seconds=55)
    waiting = make_live(support, at=entered)
    assert waiting.queue_entries.get().overflow_at == entered + timedelta(seconds=60)
    assert sweeps.overflow_stays(in_scope) == 0


def test_what_arrives_when_many_wait_goes_elsewhere_at_once(support: Queue, spare: Queue) -> None:
    rule(support, "length", spare, 2)
    first, second, third = make_live(support), make_live(support), make_live(support)
    assert [stays(each)[-1] for each in (first, second)] == [("Support", None)] * 2
    assert stays(third) == [("Support", "timeout"), ("Spare", None)]


def test_nobody_signed_in(in_scope: Tenant, support: Queue, spare: Queue) -> None:
    rule(support, "nobody", spare)
    assert stays(make_live(support))[-1] == ("Spare", None)
    ben = ready(support.members.get())
    operations.make_not_ready(ben, by=ben.user)
    assert stays(make_live(support))[-1] == ("Support", None)
    assert stays(make_live(support, channel="email"))[-1] == ("Spare", None)  # ben came for voice and chat


def test_the_last_agent_who_goes_leaves_nobody_waiting(in_scope: Tenant, support: Queue, spare: Queue) -> None:
    rule(support, "nobody", spare)
    ben = ready(support.members.get())
    operations.make_not_ready(ben, by=ben.user)
    waiting = make_live(support)
    operations.end_session(ben, by=ben.user)
    assert sweeps.overflow_stays(in_scope) == 1
    assert stays(waiting) == [("Support", "timeout"), ("Spare", None)]


def test_a_closed_queue_leads_on_and_its_next_opening_is_noted(support: Queue, spare: Queue) -> None:
    rule(support, "closed", spare)
    hours_of(support, is_open=False)
    assert stays(make_live(support)) == [("Support", "timeout"), ("Spare", None)]


def test_it_leads_to_no_queue_that_is_closed_itself(in_scope: Tenant, support: Queue, spare: Queue) -> None:
    rule(support, "waiting", spare, 1)
    hours_of(spare, is_open=False)
    waiting = make_live(support, at=clock.now() - LONG_AGO)
    assert stays(waiting) == [("Support", None)]
    again = waiting.queue_entries.get().overflow_at
    assert again is not None
    assert again > clock.now() + timedelta(hours=12)  # when it opens
    assert sweeps.overflow_stays(in_scope) == 0


def test_it_is_looked_at_again_when_the_other_queue_opens(support: Queue, spare: Queue) -> None:
    flow = Flow.objects.create(name="Night", developer_name="Night", queue=spare)
    for queue in (support, spare):
        hours_of(queue, is_open=False, name=queue.name)
    rule(support, "closed", spare)
    open_day = spare.hours.intervals.get()  # type: ignore[union-attr]
    open_day.weekday = (today() + 1) % 7  # two days before the queue itself
    configured(open_day)
    again = make_live(support).queue_entries.get().overflow_at
    assert again is not None
    assert again < clock.now() + timedelta(days=1)
    first = make_queue("First")
    rule(first, "waiting", flow, 60)
    again = make_live(first, at=clock.now() - LONG_AGO).queue_entries.get().overflow_at
    assert again is not None
    assert again < clock.now() + timedelta(minutes=1)


@pytest.mark.parametrize("change", ["rule", "holiday", "hours taken away"])
def test_what_waits_already_goes_by_a_change(in_scope: Tenant, support: Queue, spare: Queue, change: str) -> None:
    hours = hours_of(support, is_open=True)
    if change != "rule":
        rule(support, "closed", spare)
    waiting = make_live(support, at=clock.now() - LONG_AGO)
    if change == "rule":
        rule(support, "waiting", spare, 60)
    elif change == "holiday":
        hours.holidays = configured(HolidayList(name="Storms"))
        configured(hours)
        configured(Holiday(holiday_list=hours.holidays, name="Storm", date=clock.now().date()))
    else:
        interval = hours.intervals.get(weekday=today())
        operations.setup.remove(interval, by=make_user(Role.ADMIN))
    assert sweeps.overflow_stays(in_scope) == 1
    assert stays(waiting) == [("Support", "timeout"), ("Spare", None)]


def test_a_chain_goes_on_and_not_round(in_scope: Tenant, support: Queue, spare: Queue) -> None:
    third = make_queue("Third")
    for queue, to in ((support, spare), (spare, third), (third, support)):
        rule(queue, "nobody", to)
    waiting = make_live(support)
    assert [name for name, _ in stays(waiting)] == ["Support", "Spare", "Third"]
    QueueEntry.objects.filter(left_at=None).update(overflow_at=clock.now())
    assert sweeps.overflow_stays(in_scope) == 0


def test_the_first_rule_that_can_lead_somewhere_does(support: Queue, spare: Queue) -> None:
    shut, off = make_queue("Shut"), make_queue("Off", is_active=False)
    hours_of(shut, is_open=False)
    for position, to in enumerate((shut, off, spare)):
        rule(support, "nobody", to, position=position)
    assert stays(make_live(support))[-1] == ("Spare", None)


def test_a_flow_chooses_where_it_goes(support: Queue, spare: Queue) -> None:
    rule(support, "nobody", Flow.objects.create(name="Night", developer_name="Night", queue=spare))
    assert stays(make_live(support))[-1] == ("Spare", None)


def test_what_is_being_offered_stays(in_scope: Tenant, support: Queue, spare: Queue) -> None:
    rule(support, "waiting", spare, 1)
    ready(support.members.get())
    offered = make_live(support)
    QueueEntry.objects.update(overflow_at=clock.now() - LONG_AGO)
    assert sweeps.overflow_stays(in_scope) == 0
    assert stays(offered) == [("Support", None)]


def test_the_next_queues_agent_is_asked_in_the_same_step(support: Queue, spare: Queue) -> None:
    spare.memberships.create(agent=ready(make_agent("eva")))
    rule(support, "nobody", spare)
    made = make_live(support)
    assert [offer.agent.user.username for offer in made.offers.all()] == ["eva"]


@pytest.mark.parametrize(
    ("trigger", "threshold", "targets"),
    [("waiting", None, 1), ("nobody", 5, 1), ("length", 0, 1), ("closed", None, 0), ("closed", None, 2)],
)
def test_rules_that_say_too_little_or_too_much_are_refused(
    support: Queue, spare: Queue, trigger: str, threshold: int | None, targets: int
) -> None:
    flow = Flow.objects.create(name="Night", developer_name="Night", queue=spare)
    to: dict[str, Any] = {0: {}, 1: {"to_queue": spare}, 2: {"to_queue": spare, "to_flow": flow}}[targets]
    with pytest.raises(Invalid, match=r"Say how|A rule leads"):
        configured(OverflowRule(queue=support, trigger=trigger, threshold=threshold, **to))
