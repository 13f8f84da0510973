"""A supervisor steers live work: to another agent, to the front, to another queue and back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import AlreadyDone, NotAllowed
from apps.common.updating import save
from apps.engagements import lifecycle
from apps.engagements.models import EngagementInteraction
from apps.queues.models import EndType, EntryType, ExitType, Queue, QueueEntry, SegmentCause, WorkOffer
from apps.queues.operations import answering, capacity, endings, matching, stays
from apps.queues.operations.live import Actor, Live, lock
from apps.queues.operations.parking import pull
from apps.queues.operations.rerouting import move

PRIORITIES = range(10_000)


@transaction.atomic
def prioritise(
    interaction: EngagementInteraction, priority: int, *, by: Actor, at: datetime | None = None
) -> QueueEntry:
    """Waiting work is served sooner, the higher its priority. Publishes `queue.prioritised`.

    Raises NotAllowed unless it waits, and for a priority out of `PRIORITIES`.
    """
    if priority not in PRIORITIES:
        raise NotAllowed(
            gettext("a priority is a number from {PRIORITIES} to {PRIORITIES2}").format(
                PRIORITIES=PRIORITIES[0], PRIORITIES2=PRIORITIES[-1]
            )
        )
    live = lock(interaction, "move", by=by, at=at)
    entry = _stay(live)
    live.changes["priority"] = {"was": entry.priority, "is": priority}
    entry.priority = priority
    save(entry, "priority")
    live.finish("queue.prioritised")
    return entry


@transaction.atomic
def move_on(interaction: EngagementInteraction, queue: Queue, *, by: Actor, at: datetime | None = None) -> QueueEntry:
    """As `move` to another queue, and the contact keeps its place: its wait goes on, as with overflow."""
    return _keeping_place(interaction, _open(interaction), queue, None, by, at)


@transaction.atomic
def move_back(interaction: EngagementInteraction, *, by: Actor, at: datetime | None = None) -> QueueEntry:
    """To the queue that it was moved out of, with the priority and the place that it had there. As `move`.

    Raises NotAllowed if it was not.
    """
    entry = _open(interaction)
    left = QueueEntry.objects.filter(segment=entry.segment_id, queue__isnull=False, exit_type=ExitType.TIMEOUT)
    last = left.select_related("queue").order_by("-entered_at", "-id").first()
    if last is None or last.queue is None:
        raise NotAllowed(gettext("it was not moved out of a queue"))
    return _keeping_place(interaction, last, last.queue, last.priority, by, at)


def _open(interaction: EngagementInteraction) -> QueueEntry:
    found = QueueEntry.objects.filter(interaction=interaction, left_at=None).first()
    if found is None:
        raise NotAllowed(gettext("it does not wait"))
    return found


def _keeping_place(
    interaction: EngagementInteraction,
    place: QueueEntry,
    queue: Queue,
    priority: int | None,
    by: Actor,
    at: datetime | None,
) -> QueueEntry:
    entry = move(interaction, queue, by=by, at=at, priority=priority)
    entry.waits_since = place.waits_since
    save(entry, "waits_since")
    return entry


@transaction.atomic
def reassign(interaction: EngagementInteraction, to: Agent, *, by: Actor, at: datetime | None = None) -> QueueEntry:
    """One agent is offered the work: out of its queue, or away from whoever works on it, whose parts end at once.

    Publishes `queue.moved` or `work.requeued`. Who does not take it in time passes it to the queue that it came from
    (M-11). Raises NotAllowed if the agent is not signed in for this channel, or works on it.
    """
    if lifecycle.allows(interaction.stage, "move"):
        return move(interaction, to, by=by, at=at)
    stays.require_present(to, interaction.channel)
    live = lock(interaction, "requeue", by=by, at=at)
    if any(part.agent_id == to.pk for part in live.working):
        raise NotAllowed(gettext("this agent works on it"))
    lost = _take_away(live)
    segment = stays.new_segment(live, SegmentCause.REQUEUE, by_agent=lost[0].agent)
    entry = stays.begin(live, segment, to, EntryType.TRANSFER, without=[part.agent_id for part in lost])
    endings.settle(live)
    live.finish("work.requeued", concerning=lost[0].agent)
    matching.place(entry, at=live.at)
    _refill(lost, live)
    return entry


@transaction.atomic
def take_over(interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> WorkOffer:
    """A supervisor who works as an agent too takes the work, wherever it waits or whoever works on it.

    Publishes `work.pulled`. The parts of those who worked on it end at once. Raises AlreadyDone if it is the agent's
    own, NotAllowed without a session or a place on its channel.
    """
    if lifecycle.allows(interaction.stage, "pull"):
        return pull(interaction, by=by, at=at)
    live = lock(interaction, "requeue", by=by, at=at)
    if any(part.agent_id == by.pk for part in live.working):
        raise AlreadyDone(gettext("you work on this already"))
    session = capacity.claim(by, live.interaction.channel, takes_place=not live.interaction.is_draft)
    lost = _take_away(live)
    segment = stays.new_segment(live, SegmentCause.PULL, by_agent=lost[0].agent, to_agent=by)
    mine = answering.begin_work(live, segment, by, session)
    answering.take_over(live, by)
    live.finish("work.pulled", concerning=by)
    _refill(lost, live)
    return mine


def _take_away(live: Live) -> list[WorkOffer]:
    """Nobody works on it any more, and nobody is being asked to."""
    if live.entry and live.entry.left_at is None:
        endings.withdraw_stay(live, ExitType.ADD_PARTICIPANT_CANCEL, segment=EndType.CANCELLED)
    lost = live.working
    for part in lost:
        endings.leave(live, part, wrap_up=False)
    return lost


def _refill(lost: list[WorkOffer], live: Live) -> None:
    for part in lost:
        matching.refill(part, live.at)


def _stay(live: Live) -> QueueEntry:
    if live.entry is None:
        raise NotAllowed(gettext("it does not wait"))
    return live.entry
