"""Work laid aside, fetched, moved, taken off somebody, opened again; and contacts that agents make."""

from datetime import timedelta

import pytest

from apps.agents.models import Agent, AgentChannel, AgentSession, AgentSkill, Skill
from apps.common import clock
from apps.common.errors import NotAllowed
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues import demands, operations, sweeps
from apps.queues.models import OutboundIdentifier, OutboundUse, Queue, QueueEntry, Segment, Workbin, WorkOffer
from apps.tenants.scope import tenant as tenant_in_scope
from tests.builders import make_agent, make_live, make_queue, ready

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture
def b() -> Agent:
    return ready(make_agent("boris"))


@pytest.fixture
def c() -> Agent:
    return ready(make_agent("cleo"))


@pytest.fixture
def support(b: Agent) -> Queue:
    return make_queue("Support", members=[b])


@pytest.fixture
def workbin() -> Workbin:
    return Workbin.objects.create(name="Waiting for the customer", kind="group")


def fresh(live: EngagementInteraction) -> EngagementInteraction:
    return EngagementInteraction.objects.get(pk=live.pk)


def test_laid_aside_and_fetched_by_somebody_else(b: Agent, c: Agent, support: Queue, workbin: Workbin) -> None:
    chat = make_live(support, channel="chat")
    operations.accept(chat, by=b)
    operations.park(chat, workbin, by=b)
    assert (fresh(chat).stage, fresh(chat).workbin, fresh(chat).handler) == (Stage.PARKED, workbin, None)
    assert fresh(chat).owner == b.user
    operations.make_not_ready(c, by=c.user)
    operations.pull(chat, by=c)
    assert (fresh(chat).stage, fresh(chat).workbin, fresh(chat).handler) == (Stage.HANDLED, None, c)
    leg = Segment.objects.get(number=1)
    assert (leg.cause, leg.by_agent, leg.to_agent) == ("pull", b, c)
    operations.complete(chat, by=c)
    assert fresh(chat).stage == Stage.ENDED


def test_a_wrap_up_that_ends_leaves_it_where_it_lies(b: Agent, c: Agent, support: Queue, workbin: Workbin) -> None:
    chat = make_live(support, channel="chat")
    operations.accept(chat, by=b)
    operations.transfer(chat, c, by=b)
    operations.accept(chat, by=c)
    operations.park(chat, workbin, by=c)
    operations.end_wrap_up(WorkOffer.objects.get(agent=b))
    assert fresh(chat).stage == Stage.PARKED


def test_a_call_cannot_be_laid_aside(b: Agent, support: Queue, workbin: Workbin) -> None:
    call = make_live(support)
    operations.accept(call, by=b)
    with pytest.raises(NotAllowed):
        operations.park(call, workbin, by=b)


def test_fetched_out_of_a_queue_from_under_somebodys_eyes(b: Agent, c: Agent, support: Queue) -> None:
    chat = make_live(support, channel="chat")
    operations.pull(chat, by=c)
    parts = {part.agent: (part.outcome, part.cancel_cause) for part in WorkOffer.objects.all()}
    assert parts == {b: ("cancelled", "withdrawn"), c: ("accepted", None)}
    assert QueueEntry.objects.get().exit_type == "success"


def test_nobody_fetches_more_than_there_is_room_for(c: Agent, support: Queue) -> None:
    first, second = make_live(support, channel="chat"), make_live(support, channel="chat")
    operations.pull(first, by=c)
    with pytest.raises(NotAllowed):
        operations.pull(second, by=c)
    assert fresh(second).stage == Stage.QUEUED
    assert AgentChannel.objects.get(agent=c, channel="chat").load == 1


def test_moved_to_another_queue(b: Agent, c: Agent, support: Queue) -> None:
    billing = make_queue("Billing", members=[c])
    call = make_live(support)
    operations.move(call, billing, by=None)
    assert list(QueueEntry.objects.values_list("queue__name", "exit_type")) == [
        ("Support", "timeout"),
        ("Billing", None),
    ]
    assert {part.agent: part.state for part in WorkOffer.objects.all()} == {b: "ended", c: "offered"}


def test_what_is_offered_can_be_taken_back(b: Agent, c: Agent) -> None:
    call = make_live(make_queue(members=[b, c]))
    first = WorkOffer.objects.get().agent
    operations.withdraw(call, by=None)
    assert WorkOffer.objects.get(state="offered").agent != first


def test_without_routing_nobody_is_asked(b: Agent, support: Queue) -> None:
    call = make_live(support)
    operations.clear_routing(call, by=None)
    sweeps.route(tenant_in_scope())
    assert not WorkOffer.objects.filter(state="offered").exists()
    assert fresh(call).stage == Stage.QUEUED
    operations.abandon(call)
    assert QueueEntry.objects.get().exit_type == "abandon"


def test_the_work_of_an_agent_who_vanished_goes_back(b: Agent, c: Agent, support: Queue) -> None:
    call = make_live(support)
    operations.accept(call, by=b)
    sweeps.give_up_lost_work(tenant_in_scope())
    assert fresh(call).handler == b
    AgentSession.objects.filter(agent=b).update(lease_until=clock.now() - timedelta(minutes=5))
    assert sweeps.give_up_lost_work(tenant_in_scope()) == 1
    assert (fresh(call).stage, fresh(call).handler) == (Stage.QUEUED, None)
    assert list(Segment.objects.values_list("cause", "end_type")) == [("start", "success"), ("requeue", None)]


def test_an_ended_contact_begins_again(support: Queue) -> None:
    call = make_live(support)
    operations.abandon(call)
    operations.reopen(call, by=None)
    now = fresh(call)
    assert (now.stage, now.status, now.mapped_state, now.end_date_time) == (Stage.FLOW, "New", "New", None)
    operations.enqueue(call, support, by=None)
    assert fresh(call).stage == Stage.QUEUED


def test_an_agent_makes_the_contact(c: Agent) -> None:
    shown = OutboundIdentifier.objects.create(name="Harbour", value="+441632960000", channel="voice")
    made = operations.open_outbound(channel="voice", by=c, customer="+442079460123", identifier=shown, talks=False)
    now = fresh(made)
    assert (now.stage, now.handler, now.owner, now.type, now.status) == (
        Stage.HANDLED,
        c,
        c.user,
        "Outbound",
        "In Progress",
    )
    assert OutboundUse.objects.get().value == now.contact_point == shown.value
    operations.connect(made, by=c)
    operations.hang_up(made, by=c)
    operations.complete(made, by=c)
    assert fresh(made).stage == Stage.ENDED


def test_what_goes_back_is_as_urgent_and_asks_for_as_much_as_before(b: Agent, c: Agent, support: Queue) -> None:
    french = Skill.objects.create(name="French")
    AgentSkill.objects.create(agent=b, skill=french, level=3)
    support.memberships.create(agent=c)
    contact, other = make_live(), make_queue("Billing")
    operations.enqueue(contact, support, by=None, priority=700, skills={french.pk: 3})

    def waits() -> tuple[Queue | None, int, demands.Levels, Agent | None]:
        entry = QueueEntry.objects.get(interaction=contact, left_at=None)
        return entry.queue, entry.priority, demands.own(entry), entry.offered_to

    operations.accept(contact, by=b)
    operations.requeue(contact, by=None, agent=b)
    assert waits() == (support, 700, {french.pk: 3}, None)
    operations.reassign(fresh(contact), c, by=None)
    operations.reject(contact, by=c)  # aimed at one who does not take it (M-11)
    assert waits() == (support, 700, {french.pk: 3}, b)
    operations.accept(contact, by=b)
    operations.place_in_queue(contact, other, by=b)
    assert waits() == (other, 100, {french.pk: 3}, None)
