"""Contacts go elsewhere because they waited too long, too many wait, or nobody is there."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.agents.models import Agent, AgentChannel, Channel
from apps.common import clock
from apps.queues import demands, flows, rulebook
from apps.queues.facts import facts_of
from apps.queues.models import EntryType, ExitType, Flow, OverflowRule, Queue, QueueEntry
from apps.queues.operations import matching, stays
from apps.queues.operations.live import Live, lock

_Trigger = OverflowRule.Trigger
_LOOK_AGAIN = timedelta(seconds=30)  # whether an agent of the queue is still signed in, or where a flow leads now
_AT_ONCE = 1000


@transaction.atomic
def overflow(stay: QueueEntry, *, at: datetime | None = None) -> QueueEntry | None:
    """Go by the first rule of the stay's queue that holds, and on while the next queue's rules say so.

    Publishes `queue.moved` for each step; the stays end by `timeout`. The contact keeps its place: its wait goes on.
    None, and noted when to look again, if no rule holds. No rule leads where the contact has been on this leg.
    Raises NotAllowed unless it waits.
    """
    live = lock(stay.interaction, "move", by=None, at=at)
    if live.entry is None or live.entry.pk != stay.pk or not _follow(live):
        return None
    while _follow(live):
        pass
    matching.place(live.entry, at=live.at)
    return live.entry


def at_once(entry: QueueEntry) -> QueueEntry | None:
    """As `overflow`, for a stay that has just begun: what a rule says of it need not wait for the worker."""
    return overflow(entry) if entry.overflow_at else None


def look_at_queues_of(agent: Agent) -> None:
    """The agent has gone: what waits in queues that are left with nobody need not wait until it is looked at again.

    Whatever somebody else is changing right now is left out, because agents are locked after stays (M-06), and what is
    more than the worker could move at once.
    """
    rules = rulebook.current().overflow
    asking = [queue for queue, each in rules.items() if any(rule.trigger == _Trigger.NOBODY for rule in each)]
    if not asking:
        return
    queues = list(agent.memberships.filter(queue__in=asking).values_list("queue", flat=True))
    others = AgentChannel.objects.filter(session__ended_at=None, agent__memberships__queue__in=queues)
    staffed = set(others.values_list("agent__memberships__queue", "channel"))
    left = [
        Q(queue=queue, channel=channel) for queue in queues for channel in Channel if (queue, channel) not in staffed
    ]
    if not left:
        return
    waiting = QueueEntry.objects.filter(reduce(or_, left), left_at=None, overflow_at__isnull=False)
    free = waiting.order_by("entered_at").select_for_update(skip_locked=True, of=("self",))[:_AT_ONCE]
    QueueEntry.objects.filter(pk__in=[stay.pk for stay in free]).update(overflow_at=clock.now())


def look_again(rules: QuerySet[OverflowRule]) -> None:
    """What these rules say has changed: what waits where they count is looked at in the worker's next rounds.

    Whatever somebody else is changing right now is left out, because that looks at the rules anew, or leaves.
    """
    now = clock.now()
    waiting = QueueEntry.objects.filter(queue__in=rules.values("queue"), left_at=None, is_routable=True)
    later = waiting.filter(Q(overflow_at=None) | Q(overflow_at__gt=now)).exclude(entry_type=EntryType.CALLBACK)
    free = later.select_for_update(skip_locked=True, of=("self",), no_key=True)
    QueueEntry.objects.filter(pk__in=free.values("pk")).update(overflow_at=now)


def _follow(live: Live) -> bool:
    entry = live.entry
    if entry is None or entry.queue is None or entry.offered_to_id or not entry.is_routable:
        return False
    now = clock.now()
    for rule in rulebook.current().overflow.get(entry.queue.pk, ()):
        if _holds(rule, entry, now) and (found := _target(rule, entry, live)):
            _pass_on(live, entry, rule, found)
            return True
    entry.overflow_at = next_look(entry, now)
    entry.save(update_fields=["overflow_at"])
    return False


def _holds(rule: OverflowRule, entry: QueueEntry, now: datetime) -> bool:
    assert entry.queue is not None
    if rule.trigger == _Trigger.WAITING:
        return now >= entry.entered_at + timedelta(seconds=rule.threshold or 0)
    if rule.trigger == _Trigger.LENGTH:
        return entry.length_at_entry > (rule.threshold or 0)
    if rule.trigger == _Trigger.CLOSED:
        return rulebook.is_closed(entry.queue, now)
    signed_in = AgentChannel.objects.filter(channel=entry.channel, session__ended_at=None)
    return not signed_in.filter(agent__memberships__queue=entry.queue).exists()


def _target(rule: OverflowRule, entry: QueueEntry, live: Live) -> flows.Decision | None:
    """Where the rule leads now: not to where the contact has been, nor to a queue that is closed itself."""
    if flow := Flow.objects.select_related("queue__sla").filter(pk=rule.to_flow_id or 0).first():
        decision = flows.decide(facts_of(live.interaction), flow=flow)
    else:
        decision = flows.Decision(Queue.objects.select_related("sla").filter(pk=rule.to_queue_id or 0).first())
    found = decision.target
    if isinstance(found, Agent):
        there = AgentChannel.objects.filter(agent=found, channel=live.interaction.channel, session__ended_at=None)
        return decision if there.exists() else None
    if found is None or not found.is_active or rulebook.is_closed(found):
        return None
    been = QueueEntry.objects.filter(interaction=live.interaction, segment=entry.segment, queue=found)
    return None if been.exists() else decision


def _pass_on(live: Live, entry: QueueEntry, rule: OverflowRule, to: flows.Decision) -> None:
    assert to.target is not None
    stays.end(live, ExitType.TIMEOUT)
    own = to.target.priority if isinstance(to.target, Queue) else 0
    priority = max(entry.priority, own if to.priority is None else to.priority) + rule.raise_priority
    wanted = {**demands.own(entry), **to.skills}
    stays.begin(
        live,
        entry.segment,
        to.target,
        EntryType.TIMEOUT,
        skills=wanted,
        priority=priority,
        waits_since=entry.waits_since,
    )
    live.changes["overflow"] = rule.trigger
    live.finish("queue.moved")


def next_look(entry: QueueEntry, now: datetime) -> datetime | None:
    """When a rule that does not hold now may hold; None if none ever will."""
    times = [_next_time(rule, entry, now) for rule in rulebook.current().overflow.get(entry.queue_id or 0, ())]
    return min((each for each in times if each), default=None)


def _next_time(rule: OverflowRule, entry: QueueEntry, now: datetime) -> datetime | None:
    if rule.trigger == _Trigger.NOBODY:
        return now + _LOOK_AGAIN
    if rule.trigger == _Trigger.LENGTH:  # of whoever arrives
        return None
    opens = _opening(rule, now) if _holds(rule, entry, now) else None
    if rule.trigger == _Trigger.WAITING:
        due = entry.entered_at + timedelta(seconds=rule.threshold or 0)
        return due if due > now else opens
    week = rulebook.current().queue_weeks.get(entry.queue_id or 0)
    changes = week.next_change(now) if week else None
    return min((each for each in (opens, changes) if each), default=None)


def _opening(rule: OverflowRule, now: datetime) -> datetime | None:
    """When a rule that holds may lead somewhere; where a flow leads depends on more than hours."""
    if rule.to_flow_id:
        return now + _LOOK_AGAIN
    week = rulebook.current().queue_weeks.get(rule.to_queue_id or 0)
    return week.next_change(now) if week and not week.is_open(now) else None
