"""The rows that a number was made of, to be looked through."""

from datetime import datetime
from functools import reduce
from operator import sub
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.common import clock
from apps.reporting.statistics.asking import Ask
from apps.reporting.statistics.cells import rows_of
from apps.reporting.statistics.formulas import Total
from apps.reporting.statistics.measures import AGENT, QUEUE, Fold, Measure
from apps.reporting.statistics.presence import AGENT_TIME, stretches
from apps.reporting.windows import Window

_NO_KEY = Value(None, output_field=BigIntegerField())
_NEVER = Value(None, output_field=DateTimeField())


def rows_behind(
    ask: "Ask | str", window: Window, *, key: str | None = None, at: datetime | None = None
) -> "QuerySet[Any]":
    """Rows as `{"contact_key", "moment", "queue_key", "agent_key", "measured"}`, newest first, to slice and count.

    `key`: which of the numbers (default: the main one). Of a count, there are as many rows as it says; of an
    average or a share, what it divides by; of an extreme, all that were compared. `contact_key` is the interaction's
    primary key, `measured` milliseconds or None; `moment` is when the row counts, or began to be so. Of agents' time,
    which is no rows, the agents' states, each with what it adds.
    """
    ask = ask if isinstance(ask, Ask) else Ask(ask)
    now = at or clock.now()
    formula = ask.statistic.formulas[key or ask.statistic.main]
    counted = [measure for measure in formula.behind if not measure.is_now or ask.statistic.is_now or now in window]
    less = formula.terms.minus if isinstance(formula, Total) else ()
    found = [_of(measure, window, ask, now, less) for measure in counted]
    joined: QuerySet[Any] = reduce(lambda left, right: left.union(right, all=True), found)
    return joined.order_by(F("moment").desc(nulls_last=True), "contact_key")


def _of(measure: Measure, window: Window, ask: Ask, now: datetime, less: "tuple[Measure, ...]" = ()) -> "QuerySet[Any]":
    """`less`: what is taken away of each row, where it is measured of the same ones."""
    if measure.fact is AGENT_TIME:
        return _states(measure, window, ask, now)
    fact = measure.fact
    rows = rows_of(fact, [window], ask.where, now).filter(measure.only).order_by()
    parts = [Coalesce(each.value, 0) for each in less if each.fact is fact]
    return rows.values(
        contact_key=F(fact.interaction) if fact.interaction else _NO_KEY,
        moment=F(fact.moment) if fact.moment else F(fact.since) if fact.since else _NEVER,
        queue_key=F(fact.paths[QUEUE]) if fact.has(QUEUE) else _NO_KEY,
        agent_key=F(fact.paths[AGENT]) if fact.has(AGENT) else _NO_KEY,
        measured=_NO_KEY if measure.fold == Fold.COUNT else reduce(sub, parts, measure.value),
    )


def _states(measure: Measure, window: Window, ask: Ask, now: datetime) -> "QuerySet[Any]":
    spans = stretches(measure, window, now)
    if ask.where.agents is not None:
        spans = spans.filter(agent__in=ask.where.agents)
    return spans.order_by().values(
        contact_key=_NO_KEY,
        moment=F("started_at"),
        queue_key=_NO_KEY,
        agent_key=F("agent_id"),
        measured=F("part"),
    )
