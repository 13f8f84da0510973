"""The checker finds whatever is not as it must be, and nothing where everything is."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.agents.models import Agent
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.queues import invariants, operations
from apps.queues.invariants import clocks
from apps.queues.models import Queue, Workbin
from apps.tenants.models import Tenant
from apps.voice_calls.operations import NewCall, create_inbound
from tests.builders import make_agent, make_live, make_queue, ready
from tests.telephony import NUMBER, make_call_center

pytestmark = pytest.mark.usefixtures("lives")


@pytest.fixture
def lives(in_scope: Tenant) -> dict[str, EngagementInteraction]:
    """A contact in each place it can be, by the name that the statements below know it by."""
    first, second, third, fourth = (ready(make_agent(name)) for name in ("anna", "boris", "cleo", "dora"))
    support = make_queue("Support", members=[first], wrap_up_s=0)
    billing = make_queue("Billing", members=[second], wrap_up_s=0)
    cards = make_queue("Cards", members=[third], wrap_up_s=0)
    nobody = make_queue("Nobody there")
    held = _accepted(make_live(support), first)
    operations.hold(held, by=first)
    operations.resume(held, by=first)
    operations.hang_up(held, by=first)
    handed_on = _accepted(make_live(billing, channel="chat"), second)
    operations.place_in_queue(handed_on, nobody, by=second)
    parked = _accepted(make_live(billing, channel="chat"), second)
    operations.park(parked, Workbin.objects.create(name="Later", kind="agent", agent=second), by=second)
    warm = _accepted(make_live(support), first)
    operations.start_transfer(warm, billing, by=first)
    operations.accept(warm, by=second)
    answered = _called("k1", make_queue("Chats", members=[fourth]))
    operations.accept(answered, by=fourth)
    offered = make_live(cards)
    operations.withdraw(offered, by=None)
    operations.move(offered, cards, by=None)
    ended = make_live(nobody)
    operations.abandon(ended)
    return {
        "held": held,
        "warm": warm,
        "handed_on": handed_on,
        "parked": parked,
        "answered": answered,
        "offered": offered,
        "chat": _pulled(make_live(nobody, channel="chat"), second),
        "queued": make_live(nobody),
        "called": _called("k2", nobody),
        "flow": make_live(),
        "ended": ended,
    }


def _called(key: str, queue: Queue) -> EngagementInteraction:
    center = make_call_center(queue, name=key)
    call = create_inbound(center, NewCall(key, clock.now(), NUMBER, "+442079460000")).call
    return call.interaction


def _pulled(live: EngagementInteraction, agent: Agent) -> EngagementInteraction:
    operations.pull(live, by=agent)
    return live


def _accepted(live: EngagementInteraction, agent: Agent) -> EngagementInteraction:
    operations.accept(live, by=agent)
    return live


def found(tenant: Tenant, *, overdue_s: int | None = None) -> set[str]:
    return {violation.rule for violation in invariants.violations(tenant, overdue_s=overdue_s)}


def write(lives: dict[str, EngagementInteraction], *statements: str) -> None:
    names = {**invariants.TABLES, **{key: str(live.pk) for key, live in lives.items()}}
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(**names))


LATER, EARLIER = "now() + interval '1 hour'", "now() - interval '1 hour'"

# Rule -> statements that break it; `{queued}` is the key of that life, `{stay}` the table of stays.
BROKEN: dict[str, tuple[str, ...]] = {
    "an interaction stands where its rows do not": ("update {interaction} set stage = 'flow' where id = {queued}",),
    "a day's interactions are not those counted": ("update {tally} set delta = delta + 1 where kind = ''",),
    "a day's interactions with a mark are not those counted": (
        "update {tally} set delta = delta + 1 where kind <> ''",
    ),
    "a record without a life has a journal": ("update {interaction} set stage = 'recorded' where id = {flow}",),
    "the handler does not work on it": (
        "update {interaction} set handler_id = (select min(id) from {agent} where id <> handler_id) where id = {chat}",
    ),
    "a stay and its offer do not know each other": (
        "update {stay} set offered_to_id = null where interaction_id = {offered}",
    ),
    "open work on a leg that has ended": (
        f"update {{leg}} set ended_at = {LATER}, end_type = 'success' where interaction_id = {{queued}}",
    ),
    "an ended interaction has something open": (
        "update {conversation} set ended_at = null where interaction_id = {ended}",
    ),
    "on hold in one place only": ("update {interaction} set held_since = now() where id = {chat}",),
    "two open holds of one kind": (
        "insert into {hold} (tenant_id, interaction_id, segment_id, offer_id, kind, started_at) "
        "select tenant_id, interaction_id, segment_id, id, 'agent', now() from {part} cross join (values (1), (2)) n "
        "where interaction_id = {chat} and state = 'working'",
    ),
    "on hold without anybody at work": ("update {hold} set ended_at = null where interaction_id = {held}",),
    "load is not the open work": ("update {channel} set load = 0 where channel = 'chat'",),
    "open work on a channel that the session does not have": ("delete from {channel} where channel = 'chat'",),
    "open work of a session that is over": (f"update {{session}} set ended_at = {LATER}",),
    "ready in a session that is over": (f"update {{session}} set ended_at = {LATER}",),
    "a clock is missing, or runs for what is over": (
        "update {part} set deadline_at = null where interaction_id = {offered}",
    ),
    "legs are not numbered from 0": ("update {leg} set number = 3 where interaction_id = {flow}",),
    "a live interaction has no leg": ("delete from {leg} where interaction_id = {flow}",),
    "a contact in the flow has no open leg": (
        "update {leg} set ended_at = started_at, end_type = 'success' where interaction_id = {flow}",
    ),
    "the first leg does not begin with the interaction": (
        f"update {{leg}} set started_at = {EARLIER} where interaction_id = {{flow}}",
    ),
    "a leg begins before the one before it": (
        f"update {{leg}} set started_at = {EARLIER} where interaction_id = {{warm}} and number = 1",
    ),
    "a leg does not begin where its cause says": (
        f"update {{leg}} set started_at = {LATER} where interaction_id = {{handed_on}} and number = 1",
    ),
    "legs overlap that nobody was asked into": (
        "update {leg} set cause = 'queue' where interaction_id = {warm} and number = 1",
    ),
    "a stay is not within its leg": (f"update {{stay}} set entered_at = {EARLIER} where interaction_id = {{queued}}",),
    "stays overlap": (
        f"update {{stay}} set left_at = {LATER} where interaction_id = {{handed_on}} and exit_type = 'success'",
    ),
    "an offer is not within its stay": (
        f"update {{part}} set offered_at = {EARLIER} where interaction_id = {{offered}}",
    ),
    "offers of one stay overlap": (
        "update {part} set queue_entry_id = (select max(id) from {stay} where interaction_id = {offered}), "
        f"answered_at = {LATER}, ended_at = {LATER} where interaction_id = {{offered}} and state = 'ended'",
    ),
    "a stay is not taken by exactly one": ("update {stay} set exit_type = 'timeout' where interaction_id = {chat}",),
    "a part is not within its leg": (f"update {{part}} set offered_at = {EARLIER} where interaction_id = {{offered}}",),
    "a part is not within its session": (f"update {{session}} set started_at = {LATER}",),
    "a hold is not within its part": (f"update {{hold}} set started_at = {EARLIER} where interaction_id = {{held}}",),
    "something happens after the end": (f"update {{leg}} set ended_at = {LATER} where interaction_id = {{ended}}",),
    "time in state has a gap": (f"update {{span}} set ended_at = {LATER} where ended_at is null",),
    "a call belongs to another interaction than its leg": (
        "update {call} set interaction_id = {queued} where interaction_id = {called}",
    ),
    "a call waits in another queue than its interaction": (
        "update {call} set owner_user_id = created_by_id, owner_queue_id = null where interaction_id = {called}",
    ),
    "a call is not with the agent who talks": (
        "update {call} set call_disposition = 'new' where interaction_id = {answered}",
    ),
    "a call that nobody will answer goes on": (
        "update {call} set interaction_id = {ended}, segment_id = null where interaction_id = {called}",
    ),
    "an offer or a wrap-up is overdue": (
        f"update {{part}} set deadline_at = {EARLIER} where interaction_id = {{offered}}",
    ),
    "a stay for one agent is overdue": (
        f"update {{stay}} set deadline_at = {EARLIER} where interaction_id = {{queued}}",
        "update {stay} set queue_id = null, target_agent_id = (select min(id) from {agent}) "
        "where interaction_id = {queued}",
    ),
    "who has gone is still there": (f"update {{session}} set lease_until = {EARLIER}",),
}

# What the database itself does not let happen.
REFUSED: dict[str, str] = {
    "stage and columns differ": "update {interaction} set handler_id = null where id = {chat}",
    "two open offers of one stay": (
        "update {part} set state = 'offered', outcome = null, answered_at = null, ended_at = null "
        "where interaction_id = {offered}"
    ),
    "an agent takes part twice": (
        "update {part} set agent_id = (select min(agent_id) from {part} where interaction_id = {warm}) "
        "where interaction_id = {warm}"
    ),
    "more than there is room for": "update {channel} set load = capacity + 1",
    "two open sessions of one agent": "update {session} set agent_id = (select min(id) from {agent})",
    "times run backwards": f"update {{stay}} set left_at = {EARLIER}, exit_type = 'timeout', offered_to_id = null",
}


def test_a_healthy_house_breaks_no_rule(in_scope: Tenant) -> None:
    assert invariants.violations(in_scope, overdue_s=0) == []


def test_what_is_wrong_is_found(in_scope: Tenant, lives: dict[str, EngagementInteraction]) -> None:
    missed = []
    for rule, statements in BROKEN.items():
        with rolled_back():
            write(lives, *statements)
            if rule not in found(in_scope, overdue_s=600):
                missed.append(rule)
    assert missed == []


def test_the_database_refuses(lives: dict[str, EngagementInteraction]) -> None:
    for rule, statement in REFUSED.items():
        with pytest.raises(IntegrityError), transaction.atomic():
            write(lives, statement)
        assert rule in invariants.rules


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_no_rule_is_without_a_test() -> None:
    assert BROKEN.keys() | REFUSED.keys() == invariants.rules.keys() | clocks.RULES.keys()


def test_other_tenants_work_is_not_looked_at(other_tenant: Tenant, lives: dict[str, EngagementInteraction]) -> None:
    write(lives, *BROKEN["load is not the open work"])
    assert invariants.violations(other_tenant) == []


def test_the_command(in_scope: Tenant, lives: dict[str, EngagementInteraction]) -> None:
    out = io.StringIO()
    call_command("check_invariants", in_scope.org_id, stdout=out)
    write(lives, *BROKEN["on hold in one place only"])
    with pytest.raises(CommandError, match="1 violations"):
        call_command("check_invariants", stdout=out)
    first, second = out.getvalue().splitlines()
    assert first == "Everything is as it must be."
    assert second.startswith(f"{in_scope}: on hold in one place only (interaction {lives['chat'].pk})")
    with pytest.raises(CommandError, match="no organisation"):
        call_command("check_invariants", "00D000000000000")
