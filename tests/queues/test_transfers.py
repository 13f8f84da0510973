"""Work is handed on, asked for, shared and taken back: somebody always has it, and one of them is its handler."""

from collections.abc import Iterator

import pytest

from apps.agents.models import Agent, AgentChannel
from apps.common.errors import AlreadyDone, NotAllowed
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import operations
from apps.queues.models import Hold, Queue, QueueEntry, Segment, WorkOffer
from tests.builders import make_agent, make_live, make_queue, ready

pytestmark = pytest.mark.usefixtures("in_order_at_the_end", "in_scope")


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
def billing(c: Agent) -> Queue:
    return make_queue("Billing", members=[c])


@pytest.fixture
def call(b: Agent, support: Queue) -> Iterator[EngagementInteraction]:
    """A call that Boris works on; afterwards nothing may be left on anybody's channel."""
    live = make_live(support)
    operations.accept(live, by=b)
    yield live
    now = fresh(live)
    if now.is_live:
        operations.close(live, by=None)
    assert not AgentChannel.objects.filter(load__gt=0).exists()
    assert not Hold.objects.filter(ended_at=None).exists()
    assert not Segment.objects.filter(ended_at=None).exists()


def fresh(live: EngagementInteraction) -> EngagementInteraction:
    return EngagementInteraction.objects.get(pk=live.pk)


def stands(live: EngagementInteraction) -> tuple[str, Agent | None]:
    now = fresh(live)
    return now.stage, now.handler


def states(live: EngagementInteraction) -> dict[str, str]:
    return {part.agent.user.username: part.state for part in WorkOffer.objects.filter(interaction=live)}


def legs(live: EngagementInteraction) -> list[tuple[str, str | None]]:
    return list(Segment.objects.filter(interaction=live).values_list("cause", "end_type"))


def test_to_a_queue(call: EngagementInteraction, b: Agent, c: Agent, billing: Queue) -> None:
    operations.place_in_queue(call, billing, by=b)
    assert stands(call) == (Stage.QUEUED, None)
    assert states(call) == {"boris": "wrap_up", "cleo": "offered"}
    assert legs(call) == [("start", "success"), ("queue", None)]
    operations.accept(call, by=c)
    assert stands(call) == (Stage.HANDLED, c)
    assert fresh(call).owner == c.user


def test_the_agent_is_not_asked_at_once_again(call: EngagementInteraction, b: Agent, support: Queue) -> None:
    support.wrap_up_s = 0
    support.save()
    operations.place_in_queue(call, support, by=b)
    assert not WorkOffer.objects.filter(interaction=call, state="offered").exists()


def test_to_a_colleague(call: EngagementInteraction, b: Agent, c: Agent) -> None:
    operations.transfer(call, c, by=b)
    assert stands(call) == (Stage.QUEUED, None)
    operations.accept(call, by=c)
    assert stands(call) == (Stage.HANDLED, c)
    assert [entry.target_agent for entry in QueueEntry.objects.filter(queue=None)] == [c]


@pytest.mark.parametrize("miss", ["reject", "time_out"])
def test_a_colleague_who_does_not_take_it_passes_it_to_the_queue(
    miss: str, call: EngagementInteraction, b: Agent, c: Agent, support: Queue
) -> None:
    operations.transfer(call, c, by=b)
    if miss == "reject":
        operations.reject(call, by=c)
    else:
        operations.time_out(WorkOffer.objects.get(interaction=call, agent=c))
    (stay,) = QueueEntry.objects.filter(interaction=call, left_at=None)
    assert (stay.queue, stay.entry_type, stands(call)) == (support, "timeout", (Stage.QUEUED, None))
    assert QueueEntry.objects.get(queue=None).exit_type == "timeout"


def test_a_colleague_who_stays_busy_passes_it_to_the_queue(
    call: EngagementInteraction, b: Agent, c: Agent, support: Queue
) -> None:
    operations.make_not_ready(c, by=c.user)
    stay = operations.transfer(call, c, by=b)
    assert stay.deadline_at
    assert operations.pass_on(stay).queue == support
    assert operations.pass_on(stay) is None


def test_nobody_hands_on_to_who_is_not_there(call: EngagementInteraction, b: Agent) -> None:
    absent = make_agent()
    for operation in (operations.transfer, operations.start_transfer, operations.add_participant):
        with pytest.raises(NotAllowed):
            operation(call, absent, by=b)
    with pytest.raises(NotAllowed):
        operations.transfer(call, b, by=b)
    assert stands(call) == (Stage.HANDLED, b)


def test_warm(call: EngagementInteraction, b: Agent, c: Agent, billing: Queue) -> None:
    operations.start_transfer(call, billing, by=b)
    assert stands(call) == (Stage.HANDLED, b)
    assert fresh(call).held_since
    with pytest.raises(AlreadyDone):
        operations.start_transfer(call, billing, by=b)
    with pytest.raises(NotAllowed):
        operations.complete_transfer(call, by=b)
    operations.accept(call, by=c)
    assert stands(call) == (Stage.HANDLED, b)
    assert fresh(call).held_since is None
    assert Hold.objects.get().kind == "transfer"
    operations.complete_transfer(call, by=b)
    assert stands(call) == (Stage.HANDLED, c)
    assert fresh(call).owner == c.user
    assert states(call) == {"boris": "wrap_up", "cleo": "working"}
    assert legs(call) == [("start", "success"), ("transfer", None)]
    operations.hang_up(call, by=c)
    operations.complete(call, by=c)
    operations.complete(call, by=b)
    assert stands(call) == (Stage.ENDED, None)


def test_warm_on_the_telephone_systems_terms(call: EngagementInteraction, b: Agent, billing: Queue) -> None:
    operations.hold(call, by=b)
    operations.start_transfer(call, billing, by=None, holds=False)
    assert Hold.objects.get(ended_at=None).kind == "customer"


@pytest.mark.parametrize("answered", [False, True])
def test_warm_and_taken_back(answered: bool, call: EngagementInteraction, b: Agent, c: Agent, billing: Queue) -> None:
    operations.start_transfer(call, billing, by=b)
    if answered:
        operations.accept(call, by=c)
    operations.cancel_transfer(call, by=b)
    assert stands(call) == (Stage.HANDLED, b)
    assert legs(call) == [("start", None), ("transfer", "cancelled")]
    assert states(call) == {"boris": "working", "cleo": "ended"}
    assert fresh(call).held_since is None
    with pytest.raises(NotAllowed):
        operations.cancel_transfer(call, by=b)


def test_a_colleague_who_refuses_to_be_asked_in_gives_the_customer_back(
    call: EngagementInteraction, b: Agent, c: Agent
) -> None:
    operations.start_transfer(call, c, by=b)
    operations.reject(call, by=c)
    assert stands(call) == (Stage.HANDLED, b)
    assert legs(call) == [("start", None), ("transfer", "cancelled")]
    assert fresh(call).held_since is None


def test_who_leaves_before_anybody_answered_leaves_the_customer_waiting(
    call: EngagementInteraction, b: Agent, c: Agent, billing: Queue
) -> None:
    operations.start_transfer(call, billing, by=b)
    operations.leave(call, by=b)
    assert stands(call) == (Stage.QUEUED, None)
    operations.accept(call, by=c)
    assert stands(call) == (Stage.HANDLED, c)


def test_a_conference_goes_on_while_one_is_left(
    call: EngagementInteraction, b: Agent, c: Agent, billing: Queue
) -> None:
    operations.add_participant(call, billing, by=b)
    assert fresh(call).held_since is None
    operations.accept(call, by=c)
    with pytest.raises(NotAllowed):
        operations.place_in_queue(call, billing, by=b)
    operations.leave(call, by=b)
    assert stands(call) == (Stage.HANDLED, c)
    operations.leave(call, by=c)
    assert stands(call)[0] == Stage.WRAP_UP
    assert legs(call) == [("start", "success"), ("add", "success")]
    assert Event.objects.filter(name="engagement.hung_up").count() == 1


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_whom_the_telephone_system_has_still_waits_elsewhere(
    call: EngagementInteraction, b: Agent, c: Agent, billing: Queue, asked: int
) -> None:
    """`asked`: by the telephone system alone, on legs of which nothing else is known."""
    for _ in range(asked):
        operations.add_participant(call, None, by=b)
    operations.leave(call, by=b, goes_on=True)
    assert stands(call) == (Stage.FLOW, None)
    operations.enqueue(call, billing, by=None)
    operations.accept(call, by=c)
    assert stands(call) == (Stage.HANDLED, c)
    operations.hang_up(call, by=None)


def test_the_customer_waits_and_comes_back(call: EngagementInteraction, b: Agent) -> None:
    operations.hold(call, by=b)
    with pytest.raises(AlreadyDone):
        operations.hold(call, by=b)
    assert Event.objects.latest("id").data["interaction"]["is_held"] is True
    operations.resume(call, by=b)
    with pytest.raises(AlreadyDone):
        operations.resume(call, by=b)
    assert fresh(call).held_since is None


def test_a_colleague_waits_while_the_customer_talks(call: EngagementInteraction, b: Agent, c: Agent) -> None:
    operations.add_participant(call, c, by=b)
    operations.accept(call, by=c)
    operations.hold(call, by=b, who=c)
    assert fresh(call).held_since is None
    with pytest.raises(AlreadyDone):
        operations.hold(call, by=b, who=c)
    operations.resume(call, by=b, who=c)
    assert Hold.objects.get().kind == "agent"


def test_a_chat_cannot_be_put_on_hold(b: Agent, support: Queue) -> None:
    chat = make_live(support, channel="chat")
    operations.accept(chat, by=b)
    with pytest.raises(NotAllowed):
        operations.hold(chat, by=b)


def test_hanging_up_on_hold_says_so(call: EngagementInteraction, b: Agent) -> None:
    operations.hold(call, by=b)
    operations.hang_up(call, by=None)
    assert (fresh(call).customer_left_from, fresh(call).held_since) == ("hold", None)


def test_who_gives_up_on_the_way_leaves_the_first_agent_to_finish(call: EngagementInteraction, b: Agent) -> None:
    operations.place_in_queue(call, make_queue(), by=b)
    left = operations.abandon(call)
    assert (left.stage, left.customer_left_from, left.closed_at) == (Stage.WRAP_UP, "queue", None)
    operations.complete(call, by=b)
    assert fresh(call).stage == Stage.ENDED
    assert not AgentChannel.objects.filter(load__gt=0).exists()
