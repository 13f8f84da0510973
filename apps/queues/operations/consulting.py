"""A colleague is asked in while the agent stays: to take over (a warm transfer), or to take part (a conference)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import AlreadyDone, NotAllowed, NotFound
from apps.engagements.models import EngagementInteraction
from apps.events.catalogue import CallSnapshot
from apps.queues.models import (
    EndType,
    EntryType,
    ExitType,
    Hold,
    HoldKind,
    OfferState,
    QueueEntry,
    Segment,
    SegmentCause,
    WorkOffer,
)
from apps.queues.operations import endings, matching, stays
from apps.queues.operations.live import Actor, Live, lock

_ASKED = (SegmentCause.TRANSFER, SegmentCause.ADD)


@transaction.atomic
def start_transfer(
    interaction: EngagementInteraction,
    to: stays.Target | None,
    *,
    by: Actor,
    holds: bool = True,
    extension: stays.Extension | None = None,
    call: CallSnapshot | None = None,
    at: datetime | None = None,
) -> Segment:
    """Ask a queue or a colleague to take over; the customer waits until somebody answers. Publishes `transfer.started`.

    `to`: nobody, where the telephone system alone knows whom it asks; `extension` is what was dialled then. `holds`:
    false where it decides what the customer hears. `call`: its own, if it asks. Returns the new leg. Raises AlreadyDone
    while somebody is being asked, NotAllowed if the colleague is not signed in for this channel.
    """
    live, mine = _asking(interaction, to, by, at)
    if holds:
        endings.end_holds(live, endings.customer_holds(live))
        Hold.objects.create(
            interaction=live.interaction,
            segment=mine.segment,
            offer=mine,
            kind=HoldKind.TRANSFER,
            started_at=live.at,
        )
        live.interaction.held_since = live.at
    return _ask(live, mine, to, SegmentCause.TRANSFER, EntryType.TRANSFER, "transfer.started", extension, call)


@transaction.atomic
def add_participant(
    interaction: EngagementInteraction,
    to: stays.Target | None,
    *,
    by: Actor,
    call: CallSnapshot | None = None,
    at: datetime | None = None,
) -> Segment:
    """Ask a queue or a colleague to take part as well; nobody is put on hold. Publishes `participant.added`.

    Raises as `start_transfer`.
    """
    live, mine = _asking(interaction, to, by, at)
    return _ask(live, mine, to, SegmentCause.ADD, EntryType.ADD_PARTICIPANT, "participant.added", call=call)


def _asking(
    interaction: EngagementInteraction, to: stays.Target | None, by: Actor, at: datetime | None
) -> tuple[Live, WorkOffer]:
    live = lock(interaction, "transfer", by=by, at=at)
    mine = live.own_work()
    if live.entry:
        raise AlreadyDone(gettext("somebody is being asked already"))
    if isinstance(to, Agent):
        if any(part.agent_id == to.pk for part in live.working):
            raise NotAllowed(gettext("this colleague takes part already"))
        stays.require_present(to, live.interaction.channel)
    return live, mine


def _ask(
    live: Live,
    mine: WorkOffer,
    to: stays.Target | None,
    cause: SegmentCause,
    entry_type: EntryType,
    event: str,
    extension: stays.Extension | None = None,
    call: CallSnapshot | None = None,
) -> Segment:
    segment = stays.new_segment(live, cause, by_agent=mine.agent, extension=extension, call=call)
    if to:
        stays.begin(live, segment, to, entry_type, without=[part.agent_id for part in live.working])
    live.finish(event, concerning=mine.agent)
    if live.entry:
        matching.place(live.entry, at=live.at)
    return segment


@transaction.atomic
def aim(
    interaction: EngagementInteraction, leg: Segment, to: stays.Target, *, by: Actor, at: datetime | None = None
) -> QueueEntry:
    """Somebody was asked in without saying whom; now it is known. Publishes `queue.entered`.

    Raises NotAllowed if the leg has somebody, or another leg waits already.
    """
    live = lock(interaction, "transfer", by=by, at=at)
    if live.entry or any(part.segment_id == leg.pk for part in live.offers):
        raise NotAllowed(gettext("this leg does not wait for anybody"))
    if isinstance(to, Agent):
        stays.require_present(to, live.interaction.channel)
    entry = stays.begin(live, leg, to, EntryType.TRANSFER, without=[part.agent_id for part in live.working])
    live.finish("queue.entered")
    matching.place(entry, at=live.at)
    return entry


@transaction.atomic
def complete_transfer(
    interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """The colleague who answered takes over, the agent leaves. Publishes `transfer.completed`.

    Raises NotAllowed while nobody has answered: whoever leaves then, leaves the customer waiting (`leave`).
    """
    live = lock(interaction, "transfer", by=by, at=at)
    mine = live.own_work()
    taker = _answered(live, by, SegmentCause.TRANSFER)
    if taker is None:
        raise NotAllowed(gettext("nobody has answered yet"))
    endings.leave(live, mine, wrap_up=True)
    live.interaction.owner = taker.agent.user
    live.interaction.handler = taker.agent
    endings.settle(live)
    live.finish("transfer.completed", concerning=by)
    if mine.state == OfferState.ENDED:
        matching.refill(mine, live.at)
    return live.interaction


@transaction.atomic
def keep_both(interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> EngagementInteraction:
    """Who was asked to take over and answered takes part instead: a conference. Publishes `participant.added`.

    Raises NotAllowed while nobody has answered.
    """
    live = lock(interaction, "transfer", by=by, at=at)
    live.own_work()
    asked = _answered(live, by, SegmentCause.TRANSFER)
    if asked is None:
        raise NotAllowed(gettext("nobody has answered yet"))
    asked.segment.cause = SegmentCause.ADD
    asked.segment.save(update_fields=["cause"])
    endings.end_holds(live, Hold.objects.filter(interaction=live.interaction))
    return live.finish("participant.added", concerning=asked.agent)


@transaction.atomic
def cancel_transfer(
    interaction: EngagementInteraction, *, by: Actor, at: datetime | None = None
) -> EngagementInteraction:
    """The agent takes the customer back: whoever was asked is asked no more, or leaves. Publishes `transfer.cancelled`.

    A telephone system may do it for the agent. Raises NotAllowed if nobody was asked.
    """
    live = lock(interaction, "transfer", by=by, at=at)
    asker = live.own_work().agent
    asked = _answered(live, asker, *_ASKED)
    if live.entry and live.entry.segment.by_agent_id == asker.pk:
        call_off(live, ExitType.ADD_PARTICIPANT_CANCEL)
    elif asked:
        endings.leave(live, asked, wrap_up=False, leg=EndType.CANCELLED)
    else:
        outside = asked_outside(live.interaction, asker)
        if not outside.exists():
            raise NotAllowed(gettext("nobody was asked"))
        outside.update(ended_at=live.at, end_type=EndType.CANCELLED)
    endings.end_holds(live, endings.customer_holds(live))
    endings.settle(live)
    live.finish("transfer.cancelled", concerning=asker)
    if asked:
        matching.refill(asked, live.at)
    return live.interaction


@transaction.atomic
def remove_participant(
    interaction: EngagementInteraction, colleague: Agent, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """The handler sends a colleague out who takes part. Publishes `work.left`.

    Raises NotFound if that colleague does not take part, NotAllowed to everybody but the handler.
    """
    live = lock(interaction, "transfer", by=by, at=at)
    live.own_work()
    theirs = next((part for part in live.working if part.agent_id == colleague.pk), None)
    if theirs is None:
        raise NotFound(gettext("no such participant"))
    if live.interaction.handler_id != by.pk or colleague.pk == by.pk:
        raise NotAllowed(gettext("only the one who handles this may send another out"))
    endings.leave(live, theirs, wrap_up=True)
    endings.settle(live)
    live.finish("work.left", concerning=colleague)
    if theirs.state == OfferState.ENDED:
        matching.refill(theirs, live.at)
    return live.interaction


def asked_outside(interaction: EngagementInteraction, asker: Agent) -> QuerySet[Segment]:
    """The open legs on which this agent asks somebody whom the telephone system alone knows."""
    legs = Segment.objects.filter(interaction=interaction, by_agent=asker, ended_at=None, cause=SegmentCause.TRANSFER)
    return legs.filter(extension__isnull=False)


def call_off(live: Live, exit_type: ExitType) -> None:
    """Whoever is being asked in is asked no more; the customer is taken back."""
    endings.withdraw_stay(live, exit_type, segment=EndType.CANCELLED)
    endings.end_holds(live, endings.customer_holds(live).filter(kind=HoldKind.TRANSFER))


def _answered(live: Live, asker: Agent, *causes: SegmentCause) -> WorkOffer | None:
    """The colleague who came in last because this agent asked."""
    legs = Segment.objects.filter(interaction=live.interaction, by_agent=asker, ended_at=None, cause__in=causes)
    asked = set(legs.values_list("pk", flat=True))
    found = [part for part in live.working if part.segment_id in asked and part.agent_id != asker.pk]
    return found[-1] if found else None
