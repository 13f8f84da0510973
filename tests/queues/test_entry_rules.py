"""Which rule takes a contact that arrives, by what it knows of it."""

from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agents.models import Skill
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import demands, operations
from apps.queues.models import BusinessHours, Flow, FlowCondition, FlowRule, FlowRuleSkill, OpenInterval, Queue
from apps.tenants.models import Tenant
from tests.builders import configured, make_agent, make_live, make_queue, make_user, ready
from tests.queues.test_hours import hours_of


@pytest.fixture
def vip(in_scope: Tenant) -> Queue:
    return make_queue("VIP")


@pytest.fixture
def other(in_scope: Tenant) -> Queue:
    return make_queue("Other")


def rule(*conditions: tuple[str, str, str], **values: Any) -> FlowRule:
    made: FlowRule = configured(FlowRule(**values))
    for fact, comparison, value in conditions:
        configured(FlowCondition(rule=made, fact=fact, comparison=comparison, value=value))
    return made


def arrive(otherwise: Any = None, **values: Any) -> EngagementInteraction:
    made = make_live(**values)
    operations.route_arrival(made, by=make_user(), otherwise=otherwise)
    made.refresh_from_db()
    return made


def queue_of(interaction: EngagementInteraction) -> str | None:
    entry = interaction.queue_entries.filter(left_at=None).first()
    return entry.queue.name if entry and entry.queue else None


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (("Channel", "is", "voice"), True),
        (("channel", "is", "Chat"), False),
        (("Direction", "is", "inbound"), True),
        (("Type", "is", "Inbound"), True),
        (("CommunicationChannel", "is", "voice call"), True),
        (("ContactPoint", "is", "020 7183 8750"), True),
        (("Customer", "starts", "+44 20"), True),
        (("Customer", "starts", "0044 20 79"), True),
        (("Customer", "starts", "020 79"), True),
        (("Customer", "starts", "4420"), True),
        (("Customer", "starts", "020 80"), False),
        (("PhoneNumber", "is", "+44 (20) 7946 0123"), True),
        (("Customer", "starts", ""), True),
        (("Customer", "is_not", "020 7946 0123"), False),
        (("Customer", "is_not", "020 7946 0124"), True),
        (("Reason", "contains", "BILL"), True),
        (("Reason", "is_not", "A bill"), False),
        (("UserData.Account.Tier", "is", "gold"), True),
        (("userdata.account.TIER", "filled", ""), True),
        (("UserData.Account.Tier.Deeper", "empty", ""), True),
        (("UserData.Missing", "filled", ""), False),
        (("UserData.Score", "at_least", "7"), True),
        (("UserData.Score", "less", "7.5"), False),
        (("No_Such_Field", "empty", ""), True),
    ],
)
def test_conditions(vip: Queue, other: Queue, condition: tuple[str, str, str], holds: bool) -> None:
    rule(condition, queue=vip)
    made = arrive(other, user_data={"Account": {"Tier": "Gold"}, "Score": 7.5}, values={"reason": "A bill"})
    assert queue_of(made) == ("VIP" if holds else "Other")


def test_every_channel_goes_by_them(vip: Queue, other: Queue) -> None:
    rule(("Channel", "is", "email"), ("ContactPoint", "is", "vip@harbour.example"), queue=vip)
    rule(("Channel", "is", "chat"), queue=other, position=1)
    letter = arrive(channel="email", customer="a@b.example", contact_point="VIP@harbour.example")
    assert [queue_of(letter), queue_of(arrive(channel="chat"))] == ["VIP", "Other"]


def test_the_first_by_position_decides_and_one_switched_off_does_not(vip: Queue, other: Queue) -> None:
    rule(position=2, queue=other)
    rule(position=1, queue=vip)
    rule(position=0, queue=other, is_active=False)
    assert queue_of(arrive()) == "VIP"


def test_a_rule_that_leads_nowhere_adds_what_it_says(vip: Queue, other: Queue) -> None:
    rule(("Customer", "starts", "+44"), position=0, priority=700, recording="off")
    last = rule(position=1, queue=vip, priority=1, recording="on")
    skill = Skill.objects.create(name="Welsh")
    configured(FlowRuleSkill(rule=last, skill=skill, level=3))
    made = arrive()
    entry = made.queue_entries.get()
    assert (entry.queue, entry.priority, made.user_data) == (vip, 700, {"Recording": "off"})
    assert demands.own(entry) == {skill.pk: 3}


def test_a_flow_goes_on_and_is_the_contacts_flow(vip: Queue, other: Queue) -> None:
    menu = Flow.objects.create(name="Menu", developer_name="Menu", queue=other)
    rule(("UserData.Choice", "is", "2"), flow=menu, queue=vip)
    rule(to_flow=menu)
    assert [queue_of(arrive(user_data={"Choice": choice})) for choice in ("1", "2")] == ["Other", "VIP"]
    assert arrive().flow == menu


def test_flows_that_lead_to_each_other_come_to_an_end(vip: Queue) -> None:
    first = Flow.objects.create(name="First", developer_name="First", queue=vip)
    second = Flow.objects.create(name="Second", developer_name="Second")
    rule(flow=first, to_flow=second)
    rule(flow=second, to_flow=first)
    rule(to_flow=first)
    assert queue_of(arrive()) == "VIP"


def test_one_agent_who_is_there_and_else_the_next_rule_or_the_number_s_own(vip: Queue, other: Queue) -> None:
    eva = make_agent("eva")
    rule(agent=eva)
    assert queue_of(arrive(other)) == "Other"
    rule(queue=vip, position=1)
    assert queue_of(arrive(other)) == "VIP"  # the next rule, before what is said of the number
    ready(eva)
    assert arrive(other).offers.get().agent == eva


def test_nothing_says_where(in_scope: Tenant) -> None:
    assert arrive().stage == "flow"


def test_a_queue_that_is_switched_off_is_passed_over(vip: Queue, other: Queue) -> None:
    rule(queue=vip)
    rule(to_flow=Flow.objects.create(name="Menu", developer_name="Menu", queue=vip), position=1)
    vip.is_active = False
    configured(vip)
    assert queue_of(arrive(other)) == "Other"


@pytest.mark.parametrize(("comparison", "expected"), [("open", "VIP"), ("closed", "Other")])
def test_by_the_time(vip: Queue, other: Queue, comparison: str, expected: str) -> None:
    hours = configured(BusinessHours(name="Always", time_zone="UTC"))
    for weekday in range(7):
        configured(OpenInterval(hours=hours, weekday=weekday, opens=time(), closes=time()))
    configured(FlowCondition(rule=rule(queue=vip), comparison=comparison, hours=hours))
    assert queue_of(arrive(other)) == expected


@pytest.mark.parametrize(("when_closed", "offer"), [("refuse", "voicemail"), ("callback", "callback")])
def test_a_closed_queue_takes_no_calls(vip: Queue, when_closed: str, offer: str) -> None:
    vip.when_closed = when_closed
    hours_of(vip, is_open=False)
    call = arrive(vip)
    assert (call.stage, call.user_data) == ("flow", {"Closed": "VIP", "Offer": offer})
    assert queue_of(arrive(vip, channel="chat")) == "VIP"


def test_without_rules_an_arrival_costs_what_it_did(vip: Queue, django_assert_num_queries: Any) -> None:
    arrive(vip)  # the rules are in memory from here on
    made, by = make_live(), make_user()
    with CaptureQueriesContext(connection) as plain:
        operations.enqueue(made, vip, by=by)
    made = make_live()
    with django_assert_num_queries(len(plain) + 2):  # a savepoint of its own
        operations.route_arrival(made, by=by, otherwise=vip)


def test_a_rule_that_fails_leads_nowhere_and_the_contact_is_flagged(
    vip: Queue, other: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    broken = rule(("Channel", "is", "voice"), queue=vip)
    FlowCondition.objects.filter(rule=broken).update(comparison="nearly")  # as a later version might have left it
    rule(("Channel", "is", "chat"), queue=vip)
    call = arrive(otherwise=other)
    assert (queue_of(call), call.flag_type) == ("Other", "error-uncaught-flow-error")
    told = Event.objects.filter(interaction_id=call.pk, name="engagement.flagged")
    assert [event.data["changes"] for event in told] == [{"flag": call.flag_type}]
    assert "the rules of entry failed" in caplog.text
