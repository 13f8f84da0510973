"""Who gets which work: skills, order, last agents; and what is said about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.agents.models import Agent, AgentChannel, AgentSkill, Channel, Skill
from apps.engagements.models import EngagementInteraction
from apps.queues import operations, sweeps
from apps.queues.models import Queue, QueueEntry, QueueMember, QueueSkill, WorkOffer
from apps.tenants.models import Tenant
from tests.builders import make_agent, make_live, make_queue, make_user, ready

pytestmark = pytest.mark.usefixtures("in_scope")

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def skilled(agent: Agent, skill: Skill, level: int) -> Agent:
    AgentSkill.objects.create(agent=agent, skill=skill, level=level)
    return agent


def offered(interaction: EngagementInteraction) -> Agent | None:
    entry = QueueEntry.objects.get(interaction=interaction, left_at=None)
    return entry.offered_to


def offer_of(interaction: EngagementInteraction) -> WorkOffer:
    return WorkOffer.objects.filter(interaction=interaction).latest("offered_at", "id")


def past(seconds: float) -> datetime:
    """So long ago by the real clock, which the worker's round goes by."""
    return datetime.now(UTC) - timedelta(seconds=seconds)


def french_queue(french: Skill, *agents: Agent) -> Queue:
    """French 5, 3 after thirty seconds, nothing after sixty."""
    queue = make_queue(members=agents)
    for after_s, level in ((0, 5), (30, 3), (60, 0)):
        QueueSkill.objects.create(queue=queue, skill=french, after_s=after_s, level=level)
    return queue


@pytest.fixture
def french(in_scope: Tenant) -> Skill:
    return Skill.objects.create(name="French")


def test_only_who_is_able_is_asked(french: Skill) -> None:
    able = skilled(make_agent(), french, 5)
    beginner, stranger = skilled(make_agent(), french, 4), make_agent()
    queue = french_queue(french, stranger, beginner, able)
    for agent in (stranger, beginner, able):
        ready(agent, at=T0)
    live = make_live(queue, at=after(10))
    assert offered(live) == able
    assert offer_of(live).why["skills"] == [{"skill": french.pk, "asked": 5, "has": 5}]
    assert offered(make_live(queue, at=after(11))) is None


def test_who_gets_ready_takes_what_has_waited_long_enough(french: Skill) -> None:
    learner = skilled(make_agent(), french, 3)
    queue = french_queue(french, learner)
    old, young = make_live(queue, at=T0), make_live(queue, at=after(20))
    ready(learner, Channel.VOICE, at=after(29))
    assert not WorkOffer.objects.exists()
    operations.make_ready(learner, by=learner.user, at=after(30))
    assert (offered(old), offered(young)) == (learner, None)


def test_more_urgent_work_that_asks_too_much_stands_in_nobodys_way(french: Skill) -> None:
    learner = skilled(make_agent(), french, 3)
    queue = french_queue(french, learner)
    urgent, usual = make_live(at=after(5)), make_live(queue, at=T0)
    operations.enqueue(urgent, queue, by=None, at=after(5), priority=900)
    ready(learner, Channel.VOICE, at=after(31))
    assert (offered(urgent), offered(usual)) == (None, learner)


def test_a_skill_that_relaxes_brings_them_together_by_itself(french: Skill, in_scope: Tenant) -> None:
    stranger = make_agent()
    queue = french_queue(french, stranger)
    ready(stranger, Channel.VOICE)
    early, late = make_live(queue, at=past(50)), make_live(queue, at=past(61))
    QueueEntry.objects.update(offered_to=None)
    assert not WorkOffer.objects.filter(interaction=early).exists()
    sweeps.route(in_scope)
    assert (offered(early), offered(late)) == (None, stranger)


def test_the_most_urgent_then_the_oldest_of_all_queues_comes_first() -> None:
    agent = make_agent()
    usual, urgent = make_queue(members=[agent]), make_queue(members=[agent], priority=200)
    elsewhere = make_queue()
    QueueMember.objects.create(queue=elsewhere, agent=make_agent())
    waiting = [
        make_live(usual, at=after(1), channel=Channel.EMAIL),
        make_live(usual, at=T0, channel=Channel.EMAIL),
        make_live(elsewhere, at=T0, channel=Channel.EMAIL),
        make_live(urgent, at=after(9), channel=Channel.EMAIL),
        make_live(urgent, at=after(8), channel=Channel.CHAT),
    ]
    ready(agent, Channel.EMAIL, at=after(20))
    made = WorkOffer.objects.order_by("id").values_list("interaction_id", flat=True)
    assert list(made) == [waiting[3].pk, waiting[1].pk, waiting[0].pk]


def test_a_call_that_may_not_come_beside_other_work_hides_no_other_queue() -> None:
    agent = make_agent()
    exclusive = make_queue(members=[agent], priority=900)
    open_queue = make_queue(members=[agent], voice_is_exclusive=False)
    ready(agent, Channel.VOICE, Channel.CHAT)
    chat = make_live(open_queue, channel=Channel.CHAT)
    assert offered(chat) == agent
    operations.make_not_ready(agent, Channel.VOICE, by=agent.user)
    held_back, call = make_live(exclusive), make_live(open_queue)
    operations.make_ready(agent, Channel.VOICE, by=agent.user)
    assert (offered(held_back), offered(call)) == (None, agent)


def test_an_offer_says_why() -> None:
    second, first = ready(make_agent(), at=after(10)), ready(make_agent(), at=T0)
    live = make_live(make_queue(members=[first, second]), at=after(20))
    why = offer_of(live).why
    assert (why["rule"], why["idle_since"], why["others"]) == ("longest idle", T0.isoformat(), [second.pk])
    assert (why["waits_since"], why["priority"], why["skills"]) == (after(20).isoformat(), 100, [])


def served(agent: Agent, queue: Queue, *, remember: bool = True, **values: str) -> None:
    """A contact of the customer's that this agent handled; nobody else is there yet."""
    live = make_live(queue, at=T0, **values)
    operations.accept(live, by=agent, at=after(1), remember=remember)
    operations.close(live, by=None, at=after(2))


def test_a_customer_comes_back_to_the_last_agent() -> None:
    known, idle = make_agent(), make_agent()
    queue = make_queue(members=[known, idle], last_agent_wait_s=30)
    ready(known, at=T0)
    served(known, queue)
    ready(idle, at=T0)  # idle longer than the other
    live = make_live(queue, at=after(100))
    assert offered(live) == known
    assert offer_of(live).why["rule"] == "last agent"
    assert offered(make_live(queue, at=after(101), customer="+442079460999")) == idle


def test_work_waits_for_the_last_agent_and_then_goes_to_anybody(in_scope: Tenant) -> None:
    known, idle = make_agent(), make_agent()
    queue = make_queue(members=[known, idle], last_agent_wait_s=30)
    ready(known, at=T0)
    served(known, queue)
    busy_with = make_live(queue, customer="+442079460999", at=past(100))
    assert offered(busy_with) == known
    ready(idle, at=T0)
    late, early = make_live(queue, at=past(40)), make_live(queue, at=past(10))
    assert (offered(late), offered(early)) == (None, None)
    sweeps.route(in_scope)
    assert (offered(late), offered(early)) == (idle, None)
    operations.accept(busy_with, by=known)
    operations.close(busy_with, by=None)
    assert offered(early) == known


def test_a_last_agent_who_refuses_is_not_waited_for() -> None:
    known, idle = make_agent(), make_agent()
    queue = make_queue(members=[known, idle], last_agent_wait_s=30)
    ready(known, at=T0)
    served(known, queue)
    ready(idle, at=T0)
    live = make_live(queue, at=after(100))
    operations.reject(live, by=known, at=after(101))
    assert offered(live) == idle


def test_a_last_agent_who_steps_away_is_waited_for_no_more(in_scope: Tenant) -> None:
    known, idle = make_agent(), make_agent()
    queue = make_queue(members=[known, idle], last_agent_wait_s=300)
    ready(known, at=T0)
    served(known, queue)
    make_live(queue, customer="+442079460999")  # which the known one is asked to take
    ready(idle)
    live = make_live(queue)
    sweeps.route(in_scope)
    assert offered(live) is None
    operations.make_not_ready(known, by=known.user)
    sweeps.route(in_scope)
    assert offered(live) == idle


def test_saying_ready_again_sends_nobody_to_the_end_of_the_line() -> None:
    first, second = ready(make_agent(), at=T0), ready(make_agent(), at=after(10))
    queue = make_queue(members=[first, second])
    operations.make_ready(first, by=first.user, at=after(20))
    assert offered(make_live(queue, at=after(30))) == first


@pytest.mark.parametrize("case", ["not remembered", "not ready", "no member", "queue does not ask", "busy, no wait"])
def test_anybody_is_asked_without_a_last_agent(case: str) -> None:
    known, idle = make_agent(), make_agent()
    queue = make_queue(
        members=[known, idle], last_agent_wait_s={"queue does not ask": None, "busy, no wait": 0}.get(case, 30)
    )
    ready(known, at=T0)
    served(known, queue, remember=case != "not remembered")
    ready(idle, at=T0)
    if case == "not ready":
        operations.make_not_ready(known, by=known.user, at=after(3))
    if case == "no member":
        QueueMember.objects.filter(agent=known).delete()
    if case == "busy, no wait":
        operations.open_outbound(channel=Channel.VOICE, by=known, at=after(3))
    assert offered(make_live(queue, at=after(100))) == idle


def test_written_contacts_are_known_by_their_address() -> None:
    known, idle = make_agent(), make_agent()
    queue = make_queue(members=[known, idle], last_agent_wait_s=30)
    ready(known, Channel.EMAIL, at=T0)
    served(known, queue, channel=Channel.EMAIL, customer="anna@example.org")
    ready(idle, Channel.EMAIL, at=T0)
    assert offered(make_live(queue, channel=Channel.EMAIL, customer="anna@example.org", at=after(9))) == known
    assert offered(make_live(queue, channel=Channel.EMAIL, customer="bert@example.org", at=after(9))) == idle


@pytest.mark.parametrize("act", ["abandon", "close", "move", "clear_routing", "pull"])
def test_who_was_being_offered_what_is_taken_back_gets_the_next_at_once(act: str) -> None:
    agent, other = ready(make_agent(), at=T0), ready(make_agent(), at=T0)
    queue = make_queue(members=[agent])
    live, following = make_live(queue, at=after(1)), make_live(queue, at=after(2))
    assert (offered(live), offered(following)) == (agent, None)
    if act == "move":
        operations.move(live, make_queue(), by=None)
    elif act == "pull":
        operations.pull(live, by=other)
    else:
        getattr(operations, act)(live, by=None)
    assert offered(following) == agent


def test_the_database_refuses_a_second_owner() -> None:
    first, second = ready(make_agent(), at=T0), ready(make_agent(), at=after(1))
    live = make_live(make_queue(members=[first, second]), at=after(2))
    offer = offer_of(live)
    twin = WorkOffer.objects.get(pk=offer.pk)
    twin.pk, twin.uuid, twin.agent = None, make_user().uuid, second
    with pytest.raises(IntegrityError, match="work_offer_one_open"), transaction.atomic():
        twin.save()
    stay = QueueEntry.objects.get(interaction=live)
    stay.pk, stay.uuid = None, make_user().uuid
    with pytest.raises(IntegrityError, match="queue_entry_one_open"), transaction.atomic():
        stay.save()
    with pytest.raises(IntegrityError, match="agent_channel_within_capacity"), transaction.atomic():
        AgentChannel.objects.filter(agent=first).update(load=9)


def test_accepting_and_completing_take_few_statements(django_assert_max_num_queries: Any) -> None:
    agent = make_agent()
    queue = make_queue(members=[agent], wrap_up_s=0)
    first, second, third = (make_live(queue, channel=Channel.CHAT, at=after(number)) for number in range(3))
    ready(agent, Channel.CHAT, at=after(5))
    operations.accept(first, by=agent)
    operations.complete(first, by=agent)
    # savepoint; interaction, stay, parts; part, stay, leg, attendee, misses; interaction, chat; two events around who
    # is in the chat, its lines; end.
    with django_assert_max_num_queries(16):
        operations.accept(second, by=agent)
    # savepoint; interaction, stay, parts; holds, attendee, leg; part, place; legs, conversation, interaction; chat read
    # and left; event. Channels, what is next, its parts; apart, place, part, stay, interaction; chat, event; end.
    with django_assert_max_num_queries(26):
        operations.complete(second, by=agent)
    assert offered(third) == agent
