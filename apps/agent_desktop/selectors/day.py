"""The agent's day so far, and the queues behind it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.agents.models import Agent, AgentChannel
from apps.queues.models import Queue, QueueEntry
from apps.reporting import windows
from apps.reporting.statistics.asking import Ask, Where
from apps.reporting.statistics.evaluating import evaluate
from apps.reporting.statistics.formulas import Number
from apps.tenants.selecting import Select


@dataclass(frozen=True)
class Day:
    """The agent's own statistics of the tenant's day."""

    handled: int
    handle_time: timedelta | None  # from accepting to done, on the average
    occupancy: Number


_ASKED = ("resource-handled-count", "resource-handle-time", "occupancy")


def my_day(agent: Agent) -> Day:
    """As the reports work it out: the same statistics, of this agent alone."""
    mine = Where(agents=frozenset({agent.pk}))
    handled, handle, occupied = evaluate([Ask(name, mine) for name in _ASKED], windows.today())
    average = handle.get("avg")
    return Day(
        int(handled.get("count") or 0),
        timedelta(milliseconds=float(average)) if average else None,
        occupied.get("percent"),
    )


def my_queues(agent: Agent) -> list[Queue]:
    """The agent's queues with what waits there (`waiting`, `waiting_since`) and how many agents could take it."""
    return _QUEUES(agent=agent.pk)


def _queues(agent: int) -> "QuerySet[Queue, Any]":
    waiting = QueueEntry.objects.filter(queue=OuterRef("pk"), left_at=None, offered_to=None).order_by()
    free = AgentChannel.objects.filter(
        agent__memberships__queue=OuterRef("pk"), is_ready=True, load__lt=F("capacity"), session__ended_at=None
    ).order_by()
    found: QuerySet[Queue, Any] = Queue.objects.filter(memberships__agent_id=agent, is_active=True).annotate(
        waiting=Coalesce(Subquery(waiting.values("queue").annotate(n=Count("id")).values("n")), 0),
        waiting_since=Subquery(waiting.values("queue").annotate(first=Min("entered_at")).values("first")),
        ready=Coalesce(Subquery(free.values("tenant").annotate(n=Count("agent", distinct=True)).values("n")), 0),
    )
    return found


_QUEUES: Select[Queue] = Select(_queues, numbers=["agent"])
