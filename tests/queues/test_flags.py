"""What has no end is found, flagged once, and put right (cxengage 7.4, 9.2, X-52)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from apps.accounts.roles import Role
from apps.agents.models import AgentChannel, AgentSession
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import Forbidden, Invalid, NotAllowed
from apps.engagements.flags import Flag
from apps.engagements.models import Conversation, EngagementInteraction
from apps.events.models import Event
from apps.messaging import operations as messaging
from apps.queues import operations, sweeps
from apps.queues.invariants import violations
from apps.queues.models import ExitType, QueueEntry, Segment, SegmentCause, Workbin, WorkOffer
from apps.tenants.models import Tenant
from apps.voice_calls.operations import NewCall, create_inbound
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.telephony import CALLER, NUMBER, make_call_center

HOUR = timedelta(hours=1)


def aged(contact: Any, hours: float) -> Any:
    """As if all that happened to it had happened so long ago, and nothing since."""
    back = timedelta(hours=hours)
    for model, names in (
        (EngagementInteraction, ("opened_at", "start_date_time", "created_date", "stage_since", "system_modstamp")),
        (Conversation, ("started_at",)),
        (EngagementAttendee, ("start_date_time",)),
        (Segment, ("started_at", "ended_at")),
        (QueueEntry, ("entered_at", "left_at")),
        (WorkOffer, ("offered_at", "answered_at", "talk_started_at", "left_at", "ended_at")),
    ):
        key = {EngagementInteraction: "pk", EngagementAttendee: "engagement"}.get(model, "interaction")
        for row in model.objects.filter(**{key: contact.pk}):
            moved = {name: getattr(row, name) - back for name in names if getattr(row, name)}
            model.objects.filter(pk=row.pk).update(**moved)
    AgentSession.objects.filter(offers__interaction=contact.pk).update(started_at=F("started_at") - back)
    Event.objects.filter(interaction_id=contact.pk).update(at=clock.now() - back)
    contact.refresh_from_db()
    return contact


def told(contact: Any, name: str) -> list[Any]:
    return [event.data["changes"] for event in Event.objects.filter(interaction_id=contact.pk, name=name)]


def in_the_flow() -> Any:
    return make_live()


def waiting(**values: Any) -> Any:
    return make_live(make_queue(), **values)


def handled(*, channel: str = "voice") -> Any:
    agent = ready(make_agent())
    contact = make_live(make_queue(members=[agent]), channel=channel)
    operations.accept(contact, by=agent)
    contact.refresh_from_db()
    return contact


def with_a_lost_leg() -> Any:
    contact = handled()
    Segment.objects.create(
        interaction=contact, number=1, cause=SegmentCause.ADD, started_at=contact.opened_at, by_agent=contact.handler
    )
    return contact


def parked() -> Any:
    contact = handled(channel="chat")
    workbin = Workbin.objects.create(name="Mine", kind="agent", agent=contact.handler)
    return operations.park(contact, workbin, by=contact.handler)


def put_off() -> Any:
    return operations.open_callback(
        None,
        number="+442079460123",
        by=make_user(Role.INTEGRATION),
        queue=make_queue(),
        due_at=clock.now() + 9 * HOUR,
    )


STUCK: dict[Flag, tuple[Callable[[], Any], float]] = {
    Flag.STUCK: (in_the_flow, 5),
    Flag.QUEUE: (waiting, 13),
    Flag.AGENT: (handled, 13),
}
SOUND: list[tuple[Callable[[], Any], float]] = [
    (in_the_flow, 3),
    (waiting, 11),
    (handled, 11),
    (lambda: waiting(channel="email"), 20),
    (parked, 50),
    (put_off, 50),
]


def test_what_nothing_is_heard_of_is_flagged_once_and_nothing_else(in_scope: Tenant) -> None:
    stuck = {flag: aged(make(), hours) for flag, (make, hours) in STUCK.items()}
    lost = aged(with_a_lost_leg(), 13)
    EngagementInteraction.objects.filter(pk=lost.pk).update(system_modstamp=clock.now())  # they go on talking
    for make, hours in SOUND:
        aged(make(), hours)
    talking = aged(handled(channel="chat"), 13)
    messaging.say(talking, "One moment, please", by=talking.handler)
    with CaptureQueriesContext(connection) as asked:
        assert sweeps.flag_stuck_work(in_scope) == 4
    found = EngagementInteraction.objects.exclude(flag_type=None)
    expected = {**{one.pk: flag for flag, one in stuck.items()}, lost.pk: Flag.SEGMENT}
    assert dict(found.values_list("pk", "flag_type")) == expected
    for pk, flag in expected.items():
        one = EngagementInteraction.objects.get(pk=pk)
        assert told(one, "engagement.flagged") == [{"flag": flag}]
        assert one.flagged_at <= one.system_modstamp
    assert sweeps.flag_stuck_work(in_scope) == 0
    assert Event.objects.filter(name="engagement.flagged").count() == 4
    for _ in range(3):
        aged(waiting(), 13)
        aged(in_the_flow(), 13)
    with CaptureQueriesContext(connection) as again:
        assert sweeps.flag_stuck_work(in_scope) == 6
    assert len(again) <= len(asked)


def test_thresholds_are_the_tenants(in_scope: Tenant) -> None:
    for make, hours in STUCK.values():
        aged(make(), hours)
    for name in ("stuck_in_flow_after_s", "stuck_in_queue_after_s", "stuck_with_agent_after_s"):
        setattr(in_scope, name, None)
    assert sweeps.flag_stuck_work(in_scope) == 0
    in_scope.stuck_in_flow_after_s = 5 * 3600 + 60
    assert sweeps.flag_stuck_work(in_scope) == 0
    in_scope.stuck_in_flow_after_s = 5 * 3600 - 60
    assert sweeps.flag_stuck_work(in_scope) == 1


@pytest.mark.parametrize("flag", [*STUCK, Flag.SEGMENT])
def test_a_repair_ends_it_where_it_was_last_heard_of(in_scope: Tenant, flag: Flag) -> None:
    make, hours = STUCK.get(flag, (with_a_lost_leg, 13))
    contact, supervisor = aged(make(), hours), make_user(Role.SUPERVISOR)
    with pytest.raises(NotAllowed):  # nothing is known to be wrong
        operations.repair(contact, by=supervisor)
    assert sweeps.flag_stuck_work(in_scope) == 1
    with pytest.raises(Forbidden):
        operations.repair(contact, by=make_user(Role.AGENT))
    with pytest.raises(Invalid):
        operations.repair(contact, by=supervisor, ended_at=clock.now() + HOUR)
    heard = operations.last_sign(contact, clock.now())
    assert clock.now() - heard > (hours - 0.1) * HOUR
    operations.repair(contact, by=supervisor)
    contact.refresh_from_db()
    assert (contact.stage, contact.closed_at) == ("ended", heard)
    assert contact.flag_type == (Flag.AGENT if flag == Flag.SEGMENT else flag)
    (changes,) = told(contact, "engagement.repaired")
    assert changes["flag"] == contact.flag_type
    assert changes["repaired"]["legs"] >= 1
    assert changes["ended_at"] == heard.isoformat()
    event = Event.objects.get(name="engagement.repaired")
    assert (event.actor_id, event.at > heard + HOUR) == (supervisor.pk, True)  # told when it was done
    assert not AgentChannel.objects.filter(load__gt=0).exists()
    assert violations(in_scope) == []
    with pytest.raises(NotAllowed):
        operations.repair(contact, by=supervisor)


def test_a_supervisor_says_when_it_ended_but_not_before_it_began(in_scope: Tenant) -> None:
    supervisor, then = make_user(Role.SUPERVISOR), clock.now() - 12 * HOUR
    one, other = aged(waiting(), 13), aged(waiting(), 13)
    for contact in (one, other):
        operations.flag(contact, by=supervisor)
        assert EngagementInteraction.objects.get(pk=contact.pk).flag_type == "forced - no reason provided"
    assert operations.repair(one, by=supervisor, ended_at=then).closed_at == then
    assert operations.repair(other, by=supervisor, ended_at=then - 10 * HOUR).closed_at == other.stage_since
    assert QueueEntry.objects.filter(exit_type=ExitType.INTERACTION_END, left_at=then).count() == 1
    operations.unflag(one, by=supervisor)
    assert told(one, "engagement.unflagged") == [{"flag": Flag.BY_HAND}]
    assert EngagementInteraction.objects.get(pk=one.pk).flagged_at is None


def test_the_call_ends_with_its_contact(in_scope: Tenant) -> None:
    draft = NewCall(vendor_call_key="k1", started_at=clock.now(), to_number=NUMBER, from_number=CALLER)
    call = create_inbound(make_call_center(), draft).call
    supervisor = make_user(Role.SUPERVISOR)
    operations.repair(operations.flag(call.interaction, by=supervisor), by=supervisor)
    call.refresh_from_db()
    assert call.call_disposition == "completed"
    assert call.call_end_date_time is not None
    assert violations(in_scope) == []


def test_what_is_over_and_left_something_open_is_mended(in_scope: Tenant) -> None:
    over = []
    for flag in (Flag.AGENT, Flag.QUEUE, Flag.SEGMENT):
        contact = handled()
        agent = contact.handler
        operations.hang_up(contact, by=agent)
        over.append((flag, operations.complete(contact, by=agent)))
    part, stay, leg = (contact for _, contact in over)
    WorkOffer.objects.filter(interaction=part).update(state="wrap_up", ended_at=None)
    AgentChannel.objects.filter(agent__offers__interaction=part, channel="voice").update(load=1)
    QueueEntry.objects.filter(interaction=stay).update(left_at=None, exit_type=None)
    Segment.objects.filter(interaction=leg).update(ended_at=None, end_type=None)
    assert len(violations(in_scope)) >= 3
    assert sweeps.mend_left_open(in_scope) == 3
    assert violations(in_scope) == []
    for flag, contact in over:
        closed_at = contact.closed_at
        contact.refresh_from_db()
        assert (contact.flag_type, contact.closed_at) == (flag, closed_at)
        assert [each["flag"] for each in told(contact, "engagement.repaired")] == [flag]
    taken = QueueEntry.objects.get(interaction=stay)
    assert (taken.exit_type, taken.left_at) == (ExitType.SUCCESS, stay.offers.get().answered_at)
    assert sweeps.mend_left_open(in_scope) == 0


def test_what_passes_a_limit_is_ended(in_scope: Tenant) -> None:
    in_scope.most_flow_steps = 2
    old, mail, lying, due = aged(waiting(), 25), aged(waiting(channel="email"), 25), parked(), aged(put_off(), 25)
    fetched: Any = aged(parked(), 25)
    agent = fetched.offers.get().agent
    operations.pull(fetched, by=agent)  # 25 hours old, 24 of them in the workbin
    round_and_round = waiting()
    for _ in range(2):
        operations.move(round_and_round, make_queue(), by=None)
    told_late: Any = make_live(make_queue(), at=clock.now() - 1000 * HOUR)  # by a telephone system: news to us
    assert sweeps.end_endless_work(in_scope) == 3
    expected = {old.pk: Flag.SAFEGUARD, mail.pk: Flag.SAFEGUARD, round_and_round.pk: Flag.COUNTER}
    ended = EngagementInteraction.objects.filter(stage="ended")
    assert dict(ended.values_list("pk", "flag_type")) == expected
    assert [each["flag"] for each in told(old, "engagement.closed")] == [Flag.SAFEGUARD]
    assert {one.pk for one in (lying, due, fetched, told_late)}.isdisjoint(expected)
    assert sweeps.end_endless_work(in_scope) == 0
    in_scope.longest_life_s, in_scope.longest_written_life_s = 3600, None
    aged(waiting(channel="email"), 999)
    aged(waiting(channel="chat"), 2)
    assert sweeps.end_endless_work(in_scope) == 1
