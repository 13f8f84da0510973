"""What one live interaction goes through, from its arrival to its end."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.agents.models import AgentChannel
from apps.common.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import operations
from apps.queues.models import Disposition, ExitType, OfferState, Outcome, QueueEntry, WorkOffer
from tests.builders import make_agent, make_live, make_queue, ready

pytestmark = pytest.mark.usefixtures("in_scope")

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def reload(interaction: EngagementInteraction) -> EngagementInteraction:
    return EngagementInteraction.objects.get(pk=interaction.pk)


def loads() -> list[int]:
    return list(AgentChannel.objects.filter(channel="voice").order_by("agent_id").values_list("load", flat=True))


def event_names() -> list[str]:
    return [name for name in Event.objects.order_by("id").values_list("name", flat=True) if name[:5] != "agent"]


def test_waits_while_nobody_is_ready() -> None:
    live = make_live(make_queue(members=[make_agent()]))
    assert live.stage == Stage.QUEUED
    assert not WorkOffer.objects.exists()


def test_is_offered_to_who_has_been_idle_longest() -> None:
    newer, older = ready(make_agent(), at=after(10)), ready(make_agent(), at=T0)
    live = make_live(make_queue(members=[newer, older]), at=after(20))
    offer = WorkOffer.objects.get(interaction=live)
    assert offer.agent == older
    assert offer.deadline_at == after(40)
    assert loads() == [0, 1]


def test_becoming_ready_takes_the_oldest_waiting_work() -> None:
    agent = make_agent()
    queue = make_queue(members=[agent])
    first, _second = make_live(queue, at=T0), make_live(queue, at=after(1))
    ready(agent, at=after(2))
    assert WorkOffer.objects.get().interaction == first


def test_an_agent_of_another_queue_is_not_offered_it() -> None:
    stranger = ready(make_agent())
    make_queue(members=[stranger])
    make_live(make_queue())
    assert not WorkOffer.objects.exists()


def test_accept_talk_hang_up_complete() -> None:
    agent = ready(make_agent(), at=T0)
    live = make_live(make_queue(members=[agent]), at=T0)
    operations.accept(live, by=agent, at=after(5))
    handled = reload(live)
    assert (handled.stage, handled.handler, handled.owner) == (Stage.HANDLED, agent, agent.user)
    assert (handled.status, handled.mapped_state) == ("In Progress", "InProgress")
    operations.hang_up(live, by=None, at=after(65))
    wrapping = reload(live)
    assert (wrapping.stage, wrapping.handler, wrapping.end_date_time) == (Stage.WRAP_UP, agent, after(65))
    operations.complete(live, by=agent, at=after(80))
    ended = reload(live)
    assert (ended.stage, ended.handler, ended.closed_at) == (Stage.ENDED, None, after(80))
    assert (ended.status, ended.mapped_state, ended.duration) == ("Completed", "Completed", "00:01:05")
    offer = WorkOffer.objects.get()
    assert (offer.state, offer.left_at, offer.ended_at) == (OfferState.ENDED, after(65), after(80))
    assert loads() == [0]
    assert event_names() == [
        "engagement.opened",
        "queue.entered",
        "work.offered",
        "work.accepted",
        "engagement.hung_up",
        "work.completed",
    ]


def test_reject_keeps_the_turn_and_goes_to_the_next() -> None:
    first, second = ready(make_agent(), at=T0), ready(make_agent(), at=after(1))
    live = make_live(make_queue(members=[first, second]), at=after(2))
    operations.reject(live, by=first, at=after(4))
    assert QueueEntry.objects.get().left_at is None
    assert [(offer.agent, offer.outcome) for offer in WorkOffer.objects.order_by("id")] == [
        (first, Outcome.REJECTED),
        (second, None),
    ]
    assert loads() == [0, 1]


def test_a_rejected_offer_is_not_made_to_the_same_agent_in_that_round() -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    operations.reject(live, by=agent)
    assert WorkOffer.objects.count() == 1
    assert reload(live).stage == Stage.QUEUED


def test_time_out_is_counted_and_may_set_the_agent_not_ready(in_scope: object) -> None:
    in_scope.misses_until_not_ready = 1  # type: ignore[attr-defined]
    agent = ready(make_agent())
    make_live(make_queue(members=[agent]))
    offer = WorkOffer.objects.get()
    assert operations.time_out(offer)
    assert operations.time_out(offer) is None
    channel = AgentChannel.objects.get(agent=agent, channel="voice")
    assert (channel.is_ready, channel.load) == (False, 0)


def test_accepting_what_was_not_offered_is_refused() -> None:
    agent, stranger = ready(make_agent()), make_agent()
    live = make_live(make_queue(members=[agent]))
    with pytest.raises(NotFound):
        operations.accept(live, by=stranger)
    operations.accept(live, by=agent)
    with pytest.raises(AlreadyDone):
        operations.accept(live, by=agent)
    with pytest.raises(NotAllowed):
        operations.reject(live, by=agent)


def test_complete_demands_the_disposition_that_the_queue_demands() -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent], disposition_required=True))
    operations.accept(live, by=agent)
    with pytest.raises(Invalid) as refused:
        operations.complete(live, by=agent)
    assert refused.value.problems[0].fields == ["disposition"]
    operations.set_disposition(live, Disposition.objects.create(name="Done"), by=agent)
    operations.complete(live, by=agent)
    assert reload(live).stage == Stage.ENDED


def test_wrap_up_that_runs_out_ends_the_work() -> None:
    agent = ready(make_agent(), at=T0)
    live = make_live(make_queue(members=[agent], wrap_up_s=30), at=T0)
    operations.accept(live, by=agent, at=after(1))
    operations.hang_up(live, by=agent, at=after(10))
    part = WorkOffer.objects.get()
    assert part.deadline_at == after(40)
    operations.end_wrap_up(part, at=after(40))
    assert reload(live).stage == Stage.ENDED


def test_ready_ends_the_wrap_up_and_takes_the_next() -> None:
    agent = ready(make_agent())
    queue = make_queue(members=[agent])
    first, second = make_live(queue), make_live(queue)
    operations.accept(first, by=agent)
    operations.hang_up(first, by=agent)
    assert reload(second).stage == Stage.QUEUED
    operations.make_ready(agent, by=agent.user)
    assert reload(first).stage == Stage.ENDED
    assert WorkOffer.objects.get(interaction=second).state == OfferState.OFFERED


def test_no_wrap_up_where_the_queue_has_none() -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent], wrap_up_s=0))
    operations.accept(live, by=agent)
    operations.hang_up(live, by=agent)
    assert reload(live).stage == Stage.ENDED


def test_close_withdraws_the_offer() -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    operations.close(live, by=agent.user)
    offer, entry = WorkOffer.objects.get(), QueueEntry.objects.get()
    assert (offer.outcome, offer.cancel_cause, entry.exit_type) == ("cancelled", "withdrawn", ExitType.INTERACTION_END)
    assert (reload(live).stage, loads()) == (Stage.ENDED, [0])


def test_user_data_is_merged_by_top_level_key() -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]), user_data={"Account": {"Number": "1"}, "Tier": "gold"})
    with pytest.raises(NotAllowed):
        operations.attach_user_data(live, {"a": 1}, by=agent)
    operations.accept(live, by=agent)
    operations.attach_user_data(live, {"Account": {"Name": "x"}}, by=agent)
    operations.delete_user_data(live, ["Tier", "absent"], by=agent)
    assert reload(live).user_data == {"Account": {"Name": "x"}}


def test_signing_out_gives_the_offer_to_somebody_else() -> None:
    leaving, staying = ready(make_agent(), at=T0), ready(make_agent(), at=after(1))
    live = make_live(make_queue(members=[leaving, staying]), at=after(2))
    operations.end_session(leaving, by=leaving.user, at=after(3))
    assert WorkOffer.objects.get(interaction=live, state=OfferState.OFFERED).agent == staying


def test_signing_out_is_refused_while_working() -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    operations.accept(live, by=agent)
    with pytest.raises(NotAllowed):
        operations.end_session(agent, by=agent.user)


def test_a_call_is_not_offered_beside_other_work() -> None:
    agent = ready(make_agent())
    queue = make_queue(members=[agent])
    make_live(queue, channel="chat")
    call = make_live(queue)
    assert not WorkOffer.objects.filter(interaction=call).exists()


def test_story_b_the_caller_leaves_while_offered() -> None:
    agent = ready(make_agent(), at=after(-10))
    live = make_live(make_queue(members=[agent]), at=T0)
    operations.abandon(live, at=after(37))
    offer, entry, ended = WorkOffer.objects.get(), QueueEntry.objects.get(), reload(live)
    assert (offer.outcome, offer.cancel_cause, offer.answered_at) == ("cancelled", "customer_left", after(37))
    assert entry.exit_type == ExitType.ABANDON
    assert (ended.stage, ended.status, ended.customer_left_from) == (Stage.ENDED, "Completed", "queue")
    assert ended.segments.get().end_type == "customer-disconnect"
    assert loads() == [0]
