"""The rows that a number was made of, to be looked through."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import sub
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, F, IntegerField, Q, QuerySet, Value
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
_FIRST_LOOK = timedelta(days=1)  # how much of the window is read for a page, at first


@dataclass(frozen=True)
class Place:
    """Of one row among those behind a number: pages go on after it."""

    moment: datetime | None
    nth: int  # of the measures whose rows they are
    row_key: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Place":
        return cls(row["moment"], row["nth"], row["row_key"])


def rows_behind(
    ask: "Ask | str",
    window: Window,
    *,
    key: str | None = None,
    at: datetime | None = None,
    after: Place | None = None,
) -> "QuerySet[Any]":
    """Rows as `{"contact_key", "moment", "queue_key", "agent_key", "measured"}`, newest first, to slice and count.

    `key`: which of the numbers (default: the main one). Of a count, there are as many rows as it says; of an
    average or a share, what it divides by; of an extreme, all that were compared. `contact_key` is the interaction's
    primary key, `measured` milliseconds or None; `moment` is when the row counts, or began to be so. Of agents' time,
    which is no rows, the agents' states, each with what it adds. `after`: only what follows that place.
    """
    ask = ask if isinstance(ask, Ask) else Ask(ask)
    now = at or clock.now()
    formula = ask.statistic.formulas[key or ask.statistic.main]
    less = formula.terms.minus if isinstance(formula, Total) else ()
    measures = enumerate(_counted(ask, window, key, now))
    found = [_of(nth, measure, window, ask, now, after, less) for nth, measure in measures]
    joined: QuerySet[Any] = reduce(lambda left, right: left.union(right, all=True), found)
    return joined.order_by(F("moment").desc(nulls_last=True), "nth", "-row_key")


def page_behind(ask: Ask, window: Window, *, size: int, after: Place | None = None) -> list[Mapping[str, Any]]:
    """The first `size` of those rows, or the next after a place.

    The window is read from its end, a day at first and then ever more, so that a page of a quarter's rows does not
    read them all.
    """
    now = clock.now()
    found: list[Mapping[str, Any]] = []
    for part in _looks(ask, window, now, after):
        found += rows_behind(ask, part, at=now, after=after)[: size - len(found)]
        if len(found) == size:
            break
    return found


def number_behind(ask: Ask, window: Window, values: Mapping[str, Any], *, most: int) -> int | None:
    """How many there are: `values` of the measures say it, where they count rows; else counted, None if over `most`."""
    measures = _counted(ask, window, None, clock.now())
    if all(measure.fold == Fold.COUNT and measure.fact is not AGENT_TIME for measure in measures):
        return sum(values.get(measure.name) or 0 for measure in measures)
    number = rows_behind(ask, window).order_by()[: most + 1].count()
    return number if number <= most else None


def _counted(ask: Ask, window: Window, key: str | None, now: datetime) -> Sequence[Measure]:
    formula = ask.statistic.formulas[key or ask.statistic.main]
    return [measure for measure in formula.behind if not measure.is_now or ask.statistic.is_now or now in window]


def _looks(ask: Ask, window: Window, now: datetime, after: Place | None) -> Iterator[Window]:
    """The window in parts, newest first. What has no moment in it is not to be found by parts."""
    if any(measure.is_now or measure.fact is AGENT_TIME for measure in _counted(ask, window, None, now)):
        yield window
        return
    end, length = window.end, _FIRST_LOOK
    if after and after.moment:
        end = min(end, after.moment + timedelta(microseconds=1))
    while end > window.start:
        start = max(window.start, end - length)
        yield Window(start, end)
        end, length = start, 2 * length


def _of(
    nth: int,
    measure: Measure,
    window: Window,
    ask: Ask,
    now: datetime,
    after: Place | None,
    less: Sequence[Measure],
) -> "QuerySet[Any]":
    """`less`: what is taken away of each row, where it is measured of the same ones."""
    if measure.fact is AGENT_TIME:
        return _states(nth, measure, window, ask, now, after)
    fact = measure.fact
    moment = fact.moment or fact.since
    rows = rows_of(fact, [window], ask.where, now).filter(measure.only).filter(_beyond(after, nth, moment)).order_by()
    parts = [Coalesce(each.value, 0) for each in less if each.fact is fact]
    return rows.values(
        contact_key=F(fact.interaction) if fact.interaction else _NO_KEY,
        moment=F(moment) if moment else _NEVER,
        queue_key=F(fact.paths[QUEUE]) if fact.has(QUEUE) else _NO_KEY,
        agent_key=F(fact.paths[AGENT]) if fact.has(AGENT) else _NO_KEY,
        measured=_NO_KEY if measure.fold == Fold.COUNT else reduce(sub, parts, measure.value),
        nth=Value(nth, output_field=IntegerField()),
        row_key=F("pk"),
    )


def _beyond(after: Place | None, nth: int, moment: str | None) -> Q:
    """Rows of this part that follow the place; those without a moment come last."""
    if after is None:
        return Q()
    later = Q() if nth > after.nth else Q(pk__lt=after.row_key) if nth == after.nth else Q(pk__in=[])
    if moment is None:
        return Q() if after.moment else later
    return Q(**{f"{moment}__lt": after.moment}) | Q(later, **{moment: after.moment}) if after.moment else Q(pk__in=[])


def _states(
    nth: int, measure: Measure, window: Window, ask: Ask, now: datetime, after: Place | None
) -> "QuerySet[Any]":
    spans = stretches(measure, window, now)
    if ask.where.agents is not None:
        spans = spans.filter(agent__in=ask.where.agents)
    return (
        spans.filter(_beyond(after, nth, "started_at"))
        .order_by()
        .values(
            contact_key=_NO_KEY,
            moment=F("started_at"),
            queue_key=_NO_KEY,
            agent_key=F("agent_id"),
            measured=F("part"),
            nth=Value(nth, output_field=IntegerField()),
            row_key=F("pk"),
        )
    )
