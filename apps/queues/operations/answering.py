"""The agent takes what is offered, refuses it or lets it run out."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent, AgentSession, Channel
from apps.agents.operations import count_miss, forget_misses
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import AlreadyDone, NotAllowed
from apps.common.inserting import insert
from apps.common.making import new
from apps.common.updating import save
from apps.engagements import status
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Direction, EngagementInteraction, MappedState
from apps.queues.models import ExitType, HoldKind, OfferState, Outcome, QueueEntry, Segment, WorkOffer
from apps.queues.operations import endings, matching, rerouting, stays
from apps.queues.operations.live import Actor, Live, lock


@transaction.atomic
def accept(
    interaction: EngagementInteraction,
    *,
    by: Agent,
    at: datetime | None = None,
    talks: bool = True,
    remember: bool | None = None,
) -> WorkOffer:
    """The agent takes the work. Publishes `work.accepted`.

    `remember`: whether the customer may come back to this agent (`Queue.last_agent_wait_s`); unsaid, yes.
    `talks`: the conversation starts now; a telephone system may tell the moment later (`connect`). Of a call that the
    agent has yet to make, somebody always does.
    Raises AlreadyDone if the agent has it, NotAllowed if the offer is gone, NotFound if there never was one.
    """
    live = lock(interaction, "accept", by=by, at=at)
    mine = live.part_of(by)
    if mine.state == OfferState.WORKING:
        raise AlreadyDone(gettext("you have accepted this already"))
    if mine.state != OfferState.OFFERED or live.entry is None:
        raise NotAllowed(gettext("this offer is over"))
    mine.state, mine.outcome, mine.answered_at, mine.deadline_at = OfferState.WORKING, Outcome.ACCEPTED, live.at, None
    mine.talk_started_at = live.at if talks and not dials(live) else None
    mine.is_remembered = remember is not False
    save(mine, "state", "outcome", "answered_at", "deadline_at", "talk_started_at", "is_remembered")
    stays.end(live, ExitType.SUCCESS)
    mine.segment.to_agent = by
    save(mine.segment, "to_agent_id")
    if live.interaction.stage == Stage.HANDLED:  # asked in by the handler, who stays that
        if mine.talk_started_at:
            join(live)
        attend(live, by)
    else:
        take_over(live, by)
    forget_misses(mine.session_id, live.interaction.channel)
    live.finish("work.accepted", concerning=by)
    return mine


def dials(live: Live) -> bool:
    """Whether nobody has talked yet on a call that an agent has to make: the customer asked to be called back."""
    interaction = live.interaction
    if interaction.direction != Direction.OUTBOUND or interaction.channel != Channel.VOICE:
        return False
    return not WorkOffer.objects.filter(interaction=interaction, talk_started_at__isnull=False).exists()


def begin_work(
    live: Live,
    segment: Segment,
    agent: Agent,
    session: AgentSession,
    *,
    entry: QueueEntry | None = None,
    talks: bool = True,
) -> WorkOffer:
    """The agent works without having been offered it: pulled, or begun by the agent. A draft takes no place."""
    made = WorkOffer.objects.create(
        interaction=live.interaction,
        segment=segment,
        queue_entry=entry,
        agent=agent,
        session=session,
        state=OfferState.WORKING,
        outcome=Outcome.ACCEPTED,
        offered_at=live.at,
        answered_at=live.at,
        talk_started_at=live.at if talks else None,
        takes_place=not live.interaction.is_draft,
    )
    live.offers.append(made)
    return made


def join(live: Live) -> None:
    """The colleague is with the customer, who has waited for that since the transfer began (cxengage 7.4)."""
    endings.end_holds(live, endings.customer_holds(live).filter(kind=HoldKind.TRANSFER))


def take_over(live: Live, agent: Agent) -> None:
    """The agent is the handler, owns the record and attends (M-16, M-17)."""
    live.interaction.owner = agent.user
    status.reach(live.interaction, MappedState.IN_PROGRESS)
    live.move_to(Stage.HANDLED, handler=agent)
    attend(live, agent)


def attend(live: Live, agent: Agent) -> None:
    """Each accept writes the agent as an inside attendee (M-17)."""
    values = {
        "engagement_id": live.interaction.pk,
        "internal_attendee_id": agent.user_id,
        "start_date_time": clock.to_second(live.at),
        "owner_id": agent.user_id,
        "created_by_id": agent.user_id,
        "last_modified_by_id": agent.user_id,
    }
    insert([new(EngagementAttendee, values)])


@transaction.atomic
def reject(interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> WorkOffer:
    """The agent refuses: the stay keeps its turn and goes to somebody else. Publishes `work.rejected`."""
    live = lock(interaction, "reject", by=by, at=at)
    mine = live.part_of(by)
    if mine.state != OfferState.OFFERED:
        raise NotAllowed(gettext("this is not offered to you any more"))
    return _give_back(live, mine, Outcome.REJECTED, "work.rejected")


@transaction.atomic
def time_out(offered: WorkOffer, *, at: datetime | None = None, by: Actor = None) -> WorkOffer | None:
    """An offer's time ran out. Publishes `work.timed_out`; None if it was answered meanwhile."""
    live = lock(offered.interaction, "time_out", by=by, at=at)
    found = next((each for each in live.in_state(OfferState.OFFERED) if each.pk == offered.pk), None)
    if found is None:
        return None
    count_miss(found.session_id, live.interaction.channel, at=live.at)
    return _give_back(live, found, Outcome.TIMED_OUT, "work.timed_out")


def _give_back(live: Live, mine: WorkOffer, outcome: Outcome, event: str) -> WorkOffer:
    endings.refuse(live, mine, outcome)
    if live.entry:
        live.entry.passed_over = [*live.entry.passed_over, mine.agent_id]
        save(live.entry, "passed_over")
        if live.entry.queue is None:
            rerouting.redirect(live)
    live.finish(event, concerning=mine.agent)
    if live.entry and live.entry.left_at is None:
        matching.place(live.entry, at=live.at)
    matching.refill(mine, live.at)
    return mine
