"""Work goes back to waiting: moved, taken off an agent, or opened again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import NotAllowed
from apps.engagements import status
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Conversation, EngagementInteraction, MappedState
from apps.queues import demands
from apps.queues.models import EntryType, ExitType, OfferState, QueueEntry, SegmentCause, WorkOffer
from apps.queues.operations import consulting, endings, matching, overflowing, stays
from apps.queues.operations.live import Actor, Live, lock


@transaction.atomic
def move(
    interaction: EngagementInteraction,
    target: stays.Target,
    *,
    by: Actor,
    at: datetime | None = None,
    skills: demands.Levels | None = None,
    priority: int | None = None,
) -> QueueEntry:
    """To another queue, or one agent: an offer out of the first is withdrawn. Publishes `queue.moved`.

    `skills` and `priority` as in `stays.begin`. Where an overflow rule holds at once, also as `overflow`. A callback in
    a queue stays one, for the time that was said.
    Raises NotAllowed if that one agent is not signed in for this channel.
    """
    if isinstance(target, Agent):
        stays.require_present(target, interaction.channel)
    live = lock(interaction, "move", by=by, at=at)
    before = _stay(live)
    due_at, calls_back = before.ready_at, before.entry_type == EntryType.CALLBACK and not isinstance(target, Agent)
    endings.withdraw_offer(live)
    stays.end(live, ExitType.TIMEOUT)
    wanted = {**demands.own(before), **(skills or {})}
    kind = EntryType.CALLBACK if calls_back else EntryType.TIMEOUT
    entry = stays.begin(live, before.segment, target, kind, skills=wanted, priority=priority)
    if calls_back:
        stays.call_back(entry, due_at)
    live.finish("queue.moved")
    passed_on = overflowing.at_once(entry)
    if passed_on is None and entry.is_routable:
        matching.place(entry, at=live.at)
    matching.refill_withdrawn(live)
    return passed_on or entry


@transaction.atomic
def withdraw(interaction: EngagementInteraction, *, by: Actor, at: datetime | None = None) -> QueueEntry:
    """Take back what is offered; the stay goes on, and somebody else is asked. Publishes `work.cancelled`.

    Raises NotAllowed if nothing is offered.
    """
    live = lock(interaction, "withdraw", by=by, at=at)
    entry, offered = _stay(live), live.in_state(OfferState.OFFERED)
    if not offered:
        raise NotAllowed(gettext("nothing is offered"))
    endings.withdraw_offer(live)
    entry.passed_over = [*entry.passed_over, *(part.agent_id for part in offered)]
    entry.save(update_fields=["passed_over"])
    live.finish("work.cancelled", concerning=offered[0].agent)
    matching.place(entry, at=live.at)
    matching.refill_withdrawn(live)
    return entry


@transaction.atomic
def clear_routing(
    interaction: EngagementInteraction, *, by: Actor, at: datetime | None = None
) -> EngagementInteraction:
    """Nobody is asked any more; the stay ends with the contact, or with the next move (M-19).

    Publishes `queue.withdrawn`.
    """
    live = lock(interaction, "move", by=by, at=at)
    entry = _stay(live)
    endings.withdraw_offer(live)
    entry.is_routable, entry.ready_at = False, None
    entry.save(update_fields=["is_routable", "ready_at"])
    live.finish("queue.withdrawn")
    matching.refill_withdrawn(live)
    return live.interaction


@transaction.atomic
def requeue(
    interaction: EngagementInteraction, *, by: Actor, agent: Agent | None = None, at: datetime | None = None
) -> EngagementInteraction:
    """Take the work from an agent, or from everybody who works on it, and give it back to its queue.

    Publishes `work.requeued`. Their parts end without a wrap-up. Raises NotAllowed if the agent does not work on it, or
    if there is no queue to go back to.
    """
    live = lock(interaction, "requeue", by=by, at=at)
    lost = [part for part in live.working if agent is None or part.agent_id == agent.pk]
    if not lost:
        raise NotAllowed(gettext("this agent does not work on it"))
    for part in lost:
        endings.leave(live, part, wrap_up=False)
    entry = None
    if not live.working and (live.entry is None or live.entry.left_at):
        call = lost[0].segment.call
        segment = stays.new_segment(live, SegmentCause.REQUEUE, by_agent=lost[0].agent, call=call)
        back = stays.way_back(live)
        entry = stays.begin(
            live,
            segment,
            back.queue,
            EntryType.TRANSFER,
            without=[part.agent_id for part in lost],
            skills=back.skills,
            priority=back.priority,
        )
    endings.settle(live)
    live.finish("work.requeued", concerning=lost[0].agent)
    if entry:
        matching.place(entry, at=live.at)
    for part in lost:
        matching.refill(part, live.at)
    return live.interaction


@transaction.atomic
def pass_on(stay: QueueEntry, *, at: datetime | None = None) -> QueueEntry | None:
    """A stay aimed at one agent ran out before it could even be offered (M-11). Publishes `queue.moved`.

    None if it has ended meanwhile, or there is no queue to go to.
    """
    live = lock(stay.interaction, "withdraw", by=None, at=at)
    if live.entry is None or live.entry.pk != stay.pk or live.entry.offered_to_id:
        return None
    redirect(live)
    endings.settle(live)
    live.finish("queue.moved")
    if live.entry and live.entry.left_at is None:
        matching.place(live.entry, at=live.at)
    return live.entry


@transaction.atomic
def reopen(interaction: EngagementInteraction, *, by: Actor, at: datetime | None = None) -> EngagementInteraction:
    """An ended contact goes on, in the flow again (voice V-41). Publishes `engagement.reopened`."""
    live = lock(interaction, "reopen", by=by, at=at)
    found = live.interaction
    found.closed_at = found.end_date_time = found.customer_left_at = found.customer_left_from = None
    Conversation.objects.filter(interaction=found).update(ended_at=None)
    worked = WorkOffer.objects.filter(interaction=found, talk_started_at__isnull=False).exists()
    status.restart(found, MappedState.IN_PROGRESS if worked else MappedState.NEW)
    stays.new_segment(live, SegmentCause.REQUEUE)
    live.move_to(Stage.FLOW)
    return live.finish("engagement.reopened")


def redirect(live: Live) -> None:
    """The one agent whom a stay was aimed at did not take it: on to the queue, or back to whoever asked (M-11).

    Who waited in that queue before, and has not been answered since, has the old place.
    Where there is no queue to go to, the stay goes on and the agent is asked again.
    """
    entry = _stay(live)
    if live.working:
        consulting.call_off(live, ExitType.TIMEOUT)
        return
    try:
        back = stays.way_back(live)
    except NotAllowed:
        return
    stays.end(live, ExitType.TIMEOUT)
    stays.begin(
        live,
        entry.segment,
        back.queue,
        EntryType.TIMEOUT,
        skills=back.skills,
        priority=back.priority,
        waits_since=back.waits_since,
    )


def _stay(live: Live) -> QueueEntry:
    if live.entry is None:
        raise NotAllowed(gettext("it does not wait"))
    return live.entry
