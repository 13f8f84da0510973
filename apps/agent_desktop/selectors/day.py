"""The agent's day so far, and the queues behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.agents.models import Agent, AgentChannel
from apps.common import clock
from apps.queues.models import Outcome, Queue, QueueEntry, WorkOffer


@dataclass(frozen=True)
class Day:
    handled: int
    handle_time: timedelta | None  # from accepting to done, on the average


def my_day(agent: Agent) -> Day:
    """What the agent finished since midnight on the agent's own clock."""
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    done = WorkOffer.objects.filter(
        agent=agent, offered_at__gte=midnight, outcome=Outcome.ACCEPTED, ended_at__isnull=False
    )
    figures = done.aggregate(handled=Count("id"), handle_time=Avg(F("ended_at") - F("answered_at")))
    return Day(figures["handled"], figures["handle_time"])


def my_queues(agent: Agent) -> QuerySet[Queue, Any]:
    """The agent's queues with what waits there (`waiting`, `waiting_since`) and how many agents could take it."""
    waiting = QueueEntry.objects.filter(queue=OuterRef("pk"), left_at=None, offered_to=None).order_by()
    free = AgentChannel.objects.filter(
        agent__memberships__queue=OuterRef("pk"), is_ready=True, load__lt=F("capacity"), session__ended_at=None
    ).order_by()
    found: QuerySet[Queue, Any] = Queue.objects.filter(memberships__agent=agent, is_active=True).annotate(
        waiting=Coalesce(Subquery(waiting.values("queue").annotate(n=Count("id")).values("n")), 0),
        waiting_since=Subquery(waiting.values("queue").annotate(first=Min("entered_at")).values("first")),
        ready=Coalesce(Subquery(free.values("tenant").annotate(n=Count("agent", distinct=True)).values("n")), 0),
    )
    return found


def longest_wait(since: datetime | None) -> timedelta | None:
    return clock.now() - since if since else None
