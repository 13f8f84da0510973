"""Work is handed on without a word in between: to a queue, or to one colleague."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import NotAllowed
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues import demands
from apps.queues.models import EntryType, OfferState, Queue, QueueEntry, SegmentCause, WorkOffer
from apps.queues.operations import capacity, endings, matching, stays
from apps.queues.operations.live import Live, lock


@transaction.atomic
def place_in_queue(
    interaction: EngagementInteraction,
    queue: Queue,
    *,
    by: Agent,
    at: datetime | None = None,
    is_done: bool = False,
) -> QueueEntry:
    """The agent gives the work back to a queue. Publishes `work.transferred`.

    `is_done`: the agent has completed the own part, so that there is no wrap-up. Raises NotAllowed while somebody else
    works on it or is being asked to, and, if it is done, Invalid as `complete`.
    """
    return _hand_on(interaction, queue, SegmentCause.QUEUE, by, at, is_done=is_done)


@transaction.atomic
def transfer(
    interaction: EngagementInteraction, to: Agent, *, by: Agent, at: datetime | None = None, needs_ready: bool = False
) -> QueueEntry:
    """The agent hands the work to a colleague, who is offered it at once. Publishes `work.transferred`.

    Who does not take it in time passes it to the queue it came from (M-11). Raises NotAllowed as `place_in_queue`, and
    if the colleague is not signed in for this channel or, with `needs_ready`, not ready on it.
    """
    if to.pk == by.pk:
        raise NotAllowed(gettext("this is yours already"))
    stays.require_present(to, interaction.channel, ready=needs_ready)
    return _hand_on(interaction, to, SegmentCause.TRANSFER, by, at)


@transaction.atomic
def transfer_outside(
    interaction: EngagementInteraction, extension: stays.Extension, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """The telephone system puts the customer through to an outside party; the agent goes. Publishes `work.transferred`.

    The contact is in the flow until the telephone system tells its end. Raises NotAllowed as `place_in_queue`.
    """
    live = lock(interaction, "transfer", by=by, at=at)
    mine = _alone(live)
    endings.leave(live, mine, wrap_up=True)
    stays.new_segment(live, SegmentCause.TRANSFER, by_agent=by, extension=extension, call=mine.segment.call)
    live.move_to(Stage.FLOW)
    live.finish("work.transferred", concerning=by)
    if mine.state == OfferState.ENDED:
        matching.refill(mine, live.at)
    return live.interaction


def _alone(live: Live) -> WorkOffer:
    """The part of whoever asks. Raises NotAllowed while somebody else works on it or is being asked to."""
    mine = live.own_work()
    if live.entry or len(live.working) > 1:
        raise NotAllowed(gettext("somebody else takes part: leave it to them, or wait until they have gone"))
    return mine


def _hand_on(
    interaction: EngagementInteraction,
    target: stays.Target,
    cause: SegmentCause,
    by: Agent,
    at: datetime | None,
    *,
    is_done: bool = False,
) -> QueueEntry:
    live = lock(interaction, "transfer", by=by, at=at)
    mine = _alone(live)
    if is_done:
        capacity.require_disposition(mine)
    endings.leave(live, mine, wrap_up=not is_done)
    segment = stays.new_segment(live, cause, by_agent=by, call=mine.segment.call)
    before = stays.last_in_queue(live) if isinstance(target, Queue) else None
    needs = demands.own(before) if before else None
    entry = stays.begin(live, segment, target, EntryType.TRANSFER, without=[by.pk], skills=needs)
    endings.settle(live)
    live.finish("work.transferred", concerning=by)
    matching.place(entry, at=live.at)
    if mine.state == OfferState.ENDED:
        matching.refill(mine, live.at)
    return entry
