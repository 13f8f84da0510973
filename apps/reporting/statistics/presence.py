"""Agents' time: signed in, busy, idle, away (X-51), cut at the edges of what is asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

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
