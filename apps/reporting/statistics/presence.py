"""Agents' time: signed in, busy, idle, away (X-51), cut at the edges of what is asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least

from apps.agents.models import AgentStateSpan, SpanState
from apps.queues.models import OfferState, WorkOffer
from apps.reporting.expressions import Length, Minus, RangeField, Stretch, Union, instant
from apps.reporting.statistics.measures import Fact, Fold, Measure
from apps.reporting.windows import Window
from apps.tenants import scope


def _none(at: datetime) -> Any:
    raise LookupError("agents' time is no rows, but what lies between them")


AGENT_TIME = Fact("time of agents", _none, "started_at", {"agent": "agent_id"}, None)

LOGGED_IN_TIME = Measure("logged_in_time", AGENT_TIME, Fold.SUM)
IDLE_TIME = Measure("idle_time", AGENT_TIME, Fold.SUM)
AWAY_TIME = Measure("away_time", AGENT_TIME, Fold.SUM)
BUSY_TIME = Measure("busy_time", AGENT_TIME, Fold.SUM)
MEASURES = (LOGGED_IN_TIME, IDLE_TIME, AWAY_TIME, BUSY_TIME)

_LENGTH = "coalesce((select floor(sum(extract(epoch from upper(e) - lower(e))) * 1000) from unnest({}) e), 0)::bigint"

# Busy is who has an offer, a conversation or a wrap-up; what was pulled or refused lasts as long as its row says.
STATEMENT = f"""
with bin as (
    select starts, tstzrange(starts, least(ends, %(now)s)) as span
    from unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) as bin (starts, ends) where starts < %(now)s
), whole as (
    select min(lower(span)) as starts, max(upper(span)) as ends from bin
), present as (
    select agent_id, range_agg(tstzrange(started_at, coalesce(ended_at, 'infinity'))) as logged_in,
        coalesce(range_agg(tstzrange(started_at, coalesce(ended_at, 'infinity'))) filter (where state = 'ready'),
            '{{}}') as ready
    from agents_agentstatespan, whole
    where tenant_id = %(tenant)s and channel is null and state <> 'offline'
        and started_at < ends and coalesce(ended_at, 'infinity') > starts
    group by agent_id
), work as (
    select agent_id, range_agg(tstzrange(offered_at, coalesce(ended_at, 'infinity'))) as busy
    from queues_workoffer, whole
    where tenant_id = %(tenant)s and takes_place and offered_at < ends
        and (ended_at > starts or state <> 'ended')
    group by agent_id
), cut as (
    select bin.starts, present.agent_id, logged_in * tstzmultirange(span) as logged_in,
        ready * tstzmultirange(span) as ready, coalesce(busy, '{{}}') as busy
    from bin cross join present left join work using (agent_id)
)
select starts, agent_id, {_LENGTH.format("logged_in")} as logged_in_time,
    {_LENGTH.format("ready - busy")} as idle_time, {_LENGTH.format("logged_in - ready - busy")} as away_time,
    {_LENGTH.format("logged_in * busy")} as busy_time
from cut where not isempty(logged_in)
"""


def agent_times(bins: Sequence[Window], now: datetime) -> list[tuple[datetime, int, int, int, int, int]]:
    """Begin of the stretch, agent, and the measures in their order, of each agent who was signed in then. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT,
            {
                "tenant": scope.tenant_id(),
                "now": now,
                "starts": [window.start for window in bins],
                "ends": [window.end for window in bins],
            },
        )
        return list(cursor.fetchall())


def stretches(measure: Measure, window: Window, now: datetime) -> "QuerySet[AgentStateSpan]":
    """The agents' states that have part in one of these measures; the milliseconds (`part`) add up to it."""
    start, end = instant(window.start), instant(min(window.end, now))
    spans = AgentStateSpan.objects.filter(channel=None, started_at__lt=min(window.end, now))
    spans = spans.exclude(ended_at__lte=window.start).exclude(state=SpanState.OFFLINE)
    if measure is IDLE_TIME:
        spans = spans.filter(state=SpanState.READY)
    elif measure is AWAY_TIME:
        spans = spans.exclude(state=SpanState.READY)
    within = Stretch(Greatest(F("started_at"), start), Least(Coalesce(F("ended_at"), end), end))
    free = Minus(within, Coalesce(_busy(window, end), Value("{}", RangeField())))
    whole, unoccupied = Coalesce(Length(within), 0), Coalesce(Length(free), 0)
    measured = {LOGGED_IN_TIME: whole, BUSY_TIME: whole - unoccupied}.get(measure, unoccupied)
    return spans.annotate(part=measured).filter(part__gt=0)


def _busy(window: Window, end: Any) -> Subquery:
    """When the agent of the outer row had work."""
    work = WorkOffer.objects.filter(agent=OuterRef("agent_id"), takes_place=True, offered_at__lt=window.end)
    touching = work.filter(Q(ended_at__gt=window.start) | ~Q(state=OfferState.ENDED)).order_by().values("agent_id")
    return Subquery(
        touching.annotate(busy=Union(Stretch(F("offered_at"), Coalesce(F("ended_at"), end)))).values("busy")
    )
