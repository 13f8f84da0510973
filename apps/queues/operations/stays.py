"""Legs and stays begin: the next segment of an interaction, and its wait in a queue or for one agent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext

from apps.agents.models import Agent, AgentChannel
from apps.common import prepared
from apps.common.errors import NotAllowed
from apps.common.inserting import insert
from apps.common.updating import save
from apps.events.catalogue import CallSnapshot
from apps.queues import demands, rulebook
from apps.queues.last_agent import last_agent
from apps.queues.models import EntryType, ExitType, Queue, QueueEntry, Segment, SegmentCause
from apps.queues.models.setup import OFFER_TIMEOUT
from apps.queues.operations.live import Live
from apps.tenants import scope

Target = Queue | Agent
Extension = Mapping[str, str]  # type and value of an outside party
_TALLIES = 256  # so many rows of a queue are summed up into one


def new_segment(
    live: Live,
    cause: SegmentCause,
    *,
    by_agent: Agent | None = None,
    to_agent: Agent | None = None,
    extension: Extension | None = None,
    call: CallSnapshot | None = None,
) -> Segment:
    """The interaction's next leg; `call` is the telephone system's, if it goes on in it or begins with it."""
    last = Segment.objects.filter(interaction=live.interaction).order_by("-number").values_list("number", flat=True)
    return Segment.objects.create(
        interaction=live.interaction,
        number=(last.first() or 0) + 1,
        cause=cause,
        by_agent=by_agent,
        to_agent=to_agent,
        extension=dict(extension) if extension else None,
        call=call,
        started_at=live.at,
    )


def carry_on(segment: Segment, call: CallSnapshot) -> None:
    """The telephone system's call is on this leg."""
    segment.call = call
    save(segment, "call")


def begin(
    live: Live,
    segment: Segment,
    target: Target,
    entry_type: EntryType,
    *,
    without: Collection[int] = (),
    skills: demands.Levels | None = None,
    priority: int | None = None,
    waits_since: datetime | None = None,
) -> QueueEntry:
    """The interaction waits in a queue, or for one agent; `without` are agents left out of the first round.

    `skills`: levels that this contact needs besides what the queue asks for. `priority`: instead of the queue's.
    `waits_since`: the place that it keeps. A stay that is aimed at one agent asks for no skill, and has an end, because
    nobody else can take it (M-11).
    """
    queue = target if isinstance(target, Queue) else None
    if priority is None:
        priority = queue.priority if queue else QueueEntry._meta.get_field("priority").default
    wait_s = queue.last_agent_wait_s if queue else None
    last = last_agent(live.interaction, queue, without=without) if queue and wait_s is not None else None
    live.entry = QueueEntry(
        interaction=live.interaction,
        segment=segment,
        queue=queue,
        target_agent=target if isinstance(target, Agent) else None,
        channel=live.interaction.channel,
        entry_type=entry_type,
        entered_at=live.at,
        waits_since=waits_since or live.at,
        length_at_entry=waiting(queue) + 1 if queue else 1,
        priority=priority,
        skills=demands.of(queue, skills or {}) if queue else [],
        sla=queue.sla if queue else None,
        passed_over=list(without),
        overflow_at=live.at if queue and queue.pk in rulebook.current().overflow else None,
        reserved_for=last,
        reserved_until=live.at + timedelta(seconds=wait_s or 0) if last else None,
        deadline_at=None if queue else live.at + timedelta(seconds=OFFER_TIMEOUT),
    )
    insert([live.entry])
    live.changes["queue"] = queue.name if queue else None
    return live.entry


def call_back(entry: QueueEntry, due_at: datetime | None) -> None:
    """The stay is of a call to the customer: no overflow rule moves it, nobody is asked before `due_at`."""
    entry.overflow_at, entry.ready_at, entry.is_routable = None, due_at, due_at is None
    save(entry, "overflow_at", "ready_at", "is_routable")


def waiting(queue: Queue) -> int:
    """How many wait in the queue, without counting them and without waiting for others who come or go."""
    with prepared.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(delta), 0), count(*) from queues_queuetally where tenant_id = %s and queue_id = %s",
            [queue.tenant_id, queue.pk],
        )
        length, rows = cursor.fetchone()
    if rows > _TALLIES:
        _sum_up(queue)
    return max(int(length), 0)


def _sum_up(queue: Queue) -> None:
    """Make one row of many; whoever else is doing that does the rest."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with gone as (
                delete from queues_queuetally where id in (
                    select id from queues_queuetally where tenant_id = %s and queue_id = %s
                    order by id limit 10000 for update skip locked
                ) returning tenant_id, queue_id, delta
            )
            insert into queues_queuetally (tenant_id, queue_id, delta)
            select tenant_id, queue_id, sum(delta) from gone group by tenant_id, queue_id
            """,
            [queue.tenant_id, queue.pk],
        )


def end(live: Live, exit_type: ExitType) -> None:
    """The open stay is over."""
    if live.entry is None:
        return
    live.entry.left_at, live.entry.exit_type = live.at, exit_type
    live.entry.offered_to = live.entry.deadline_at = live.entry.overflow_at = live.entry.ready_at = None
    save(live.entry, "left_at", "exit_type", "offered_to_id", "deadline_at", "overflow_at", "ready_at")


@dataclass(frozen=True)
class WayBack:
    """A queue, what the contact needed and how urgent it was there, and since when it waits if nobody has answered."""

    queue: Queue
    skills: demands.Levels
    priority: int | None
    waits_since: datetime | None = None


def way_back(live: Live) -> WayBack:
    """Where work goes that an agent could not take or keep: the queue it last came from, else the tenant's default.

    Raises NotAllowed if there is neither (M-11).
    """
    last = last_in_queue(live)
    if last and last.queue:
        is_unanswered = live.entry is not None and live.entry.segment_id == last.segment_id
        return WayBack(last.queue, demands.own(last), last.priority, last.waits_since if is_unanswered else None)
    if found := scope.tenant().default_queue:
        return WayBack(found, {}, None)
    raise NotAllowed(gettext("there is no queue to go back to"))


def last_in_queue(live: Live) -> QueueEntry | None:
    """The contact's newest wait in a queue, not for one agent."""
    stays = QueueEntry.objects.filter(interaction=live.interaction, queue__isnull=False)
    return stays.select_related("queue").order_by("-entered_at", "-id").first()


def require_present(agent: Agent, channel: str, *, ready: bool = False) -> None:
    """Raise NotAllowed unless the agent is signed in for this channel and, where that is asked, ready on it."""
    row = AgentChannel.objects.filter(agent=agent, channel=channel, session__ended_at=None).first()
    if row is None:
        raise NotAllowed(gettext("this agent is not signed in for this channel"))
    if ready and not row.is_ready:
        raise NotAllowed(gettext("this agent is not ready on this channel"))


def is_present(target: Target, channel: str) -> bool:
    """Whether a contact can wait there at all: one agent has to be signed in for this channel."""
    present = AgentChannel.objects.filter(channel=channel, session__ended_at=None)
    return isinstance(target, Queue) or present.filter(agent=target).exists()
