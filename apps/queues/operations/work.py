"""Work goes on and comes to its end."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import AlreadyDone, NotAllowed
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Disposition, EndType, ExitType, OfferState, Segment, SegmentCause, WorkOffer
from apps.queues.operations import answering, capacity, endings, matching, stays
from apps.queues.operations.live import Actor, Live, lock, lock_finishing


@transaction.atomic
def connect(interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> WorkOffer:
    """Agent and customer begin to talk. Publishes `work.connected`; AlreadyDone if they do."""
    live = lock(interaction, "hang_up", by=by, at=at)
    mine = live.part_of(by)
    if mine.talk_started_at:
        raise AlreadyDone(gettext("the conversation has begun already"))
    if mine.state != OfferState.WORKING:
        raise NotAllowed(gettext("accept it first"))
    mine.talk_started_at = live.at
    mine.save(update_fields=["talk_started_at"])
    if live.interaction.handler_id != by.pk:
        answering.join(live)
    live.finish("work.connected", concerning=by)
    return mine


@transaction.atomic
def take(
    interaction: EngagementInteraction, *, by: Agent, leg: Segment | None = None, at: datetime | None = None
) -> WorkOffer:
    """The agent has answered where nothing was offered here: the telephone system put the call through.

    Publishes `work.accepted`. `leg`: which of the interaction's, else the newest. Raises AlreadyDone if the agent has
    it, NotAllowed without a session or a place on its channel.
    """
    live = lock(interaction, "take", by=by, at=at)
    if any(part.agent_id == by.pk for part in live.working):
        raise AlreadyDone(gettext("you have accepted this already"))
    session = capacity.claim(by, live.interaction.channel)
    segment = leg or Segment.objects.filter(interaction=live.interaction, ended_at=None).latest("number")
    mine = answering.begin_work(live, segment, by, session)
    segment.to_agent = by
    segment.save(update_fields=["to_agent"])
    if live.interaction.stage == Stage.HANDLED:
        answering.attend(live, by)
    else:
        answering.take_over(live, by)
    live.finish("work.accepted", concerning=by)
    return mine


@transaction.atomic
def hang_up(interaction: EngagementInteraction, *, by: Actor, at: datetime | None = None) -> EngagementInteraction:
    """The contact is over: everybody who works goes to wrap-up. Publishes `engagement.hung_up`.

    An agent who asks must be one of those who work.
    """
    live = lock(interaction, "hang_up", by=by, at=at)
    if isinstance(by, Agent) and live.part_of(by).state != OfferState.WORKING:
        raise NotAllowed(gettext("you are not in this conversation"))
    endings.customer_left(live, "hold" if live.interaction.held_since else "talk")
    endings.withdraw_stay(live, ExitType.ABANDON, segment=EndType.CUSTOMER_DISCONNECT)
    parts = live.working
    for part in parts:
        endings.leave(live, part, wrap_up=True)
    endings.end_conversation(live)
    endings.settle(live)
    live.finish("engagement.hung_up")
    _refill(parts, live)
    matching.refill_withdrawn(live)
    return live.interaction


@transaction.atomic
def leave(
    interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None, goes_on: bool = False
) -> EngagementInteraction:
    """One agent goes; the others, or whoever is being asked, stay with the customer. Publishes `work.left`.

    The last one who goes hangs up. `goes_on`: the telephone system has the customer still, who is in the flow again.
    """
    live = lock(interaction, "hang_up", by=by, at=at)
    mine = live.own_work()
    is_last = len(live.working) == 1 and live.entry is None
    if is_last and not goes_on:
        return hang_up(interaction, by=by, at=at)
    endings.leave(live, mine, wrap_up=True)
    if is_last:
        if not Segment.objects.filter(interaction=live.interaction, ended_at=None).exists():
            stays.new_segment(live, SegmentCause.REQUEUE, by_agent=by, call=mine.segment.call)
        live.move_to(Stage.FLOW)
    else:
        endings.settle(live)
    live.finish("work.left", concerning=by)
    _refill([mine], live)
    return live.interaction


@transaction.atomic
def complete(
    interaction: EngagementInteraction,
    *,
    by: Agent,
    disposition: Disposition | None = None,
    at: datetime | None = None,
    unless_handed_on: bool = False,
) -> EngagementInteraction:
    """The agent is done, wrap-up included. Publishes `work.completed`.

    `disposition` is the outcome, where it was not chosen before; `unless_handed_on` as in `lock_finishing`.
    Raises Invalid naming `disposition` if the queue demands one and none is set (M-12).
    """
    live = lock_finishing(interaction, "complete", by=by, at=at, unless_handed_on=unless_handed_on)
    mine = live.part_of(by)
    if mine.state == OfferState.OFFERED:
        raise NotAllowed(gettext("accept it first"))
    if live.interaction.is_draft:
        raise NotAllowed(gettext("this is a draft: send it or cancel it"))
    if disposition:
        mine.disposition = disposition
        live.changes["disposition"] = disposition.name
    capacity.require_disposition(mine)
    if mine.state == OfferState.WORKING:
        endings.leave(live, mine, wrap_up=False)
    else:
        endings.end_part(live, mine)
    return _after_part(live, mine)


@transaction.atomic
def end_wrap_up(part: WorkOffer, *, by: Actor = None, at: datetime | None = None) -> EngagementInteraction | None:
    """A wrap-up is over, because its time ran out or its agent is ready again. Publishes `work.completed`.

    Returns None if it had ended already. It ends without a disposition if none was chosen (M-12).
    """
    live = lock(part.interaction, "end_wrap_up", by=by, at=at)
    found = next((each for each in live.in_state(OfferState.WRAP_UP) if each.pk == part.pk), None)
    if found is None:
        return None
    endings.end_part(live, found)
    return _after_part(live, found)


def _after_part(live: Live, part: WorkOffer) -> EngagementInteraction:
    """Where the contact stands now; in the flow, a telephone system has it still and tells its end."""
    if live.interaction.stage != Stage.FLOW:
        endings.settle(live)
    live.finish("work.completed", concerning=part.agent)
    _refill([part], live)
    return live.interaction


@transaction.atomic
def close(interaction: EngagementInteraction, *, by: Actor, at: datetime | None = None) -> EngagementInteraction:
    """End a live interaction wherever it is. Publishes `engagement.closed`."""
    live = lock(interaction, "close", by=by, at=at)
    parts = endings.end_everything(live)
    live.finish("engagement.closed")
    _refill(parts, live)
    matching.refill_withdrawn(live)
    return live.interaction


def _refill(parts: list[WorkOffer], live: Live) -> None:
    for part in parts:
        if part.state == OfferState.ENDED:
            matching.refill(part, live.at)
