"""Measures of some rows, told apart by time, queue, agent, channel and direction: what every statistic is made of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateField, F, Q, QuerySet, Value
from django.db.models.functions import Trunc

from apps.reporting.expressions import Quarter
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.measures import DIMENSIONS, Fact, Measure
from apps.reporting.statistics.presence import AGENT_TIME, agent_times
from apps.reporting.statistics.presence import MEASURES as AGENT_TIMES
from apps.reporting.windows import Window, midnight, quarters, zone

# By time (or None), queue, agent, channel, direction; None where it is not told apart, or the row has none.
Key = tuple[Any, ...]
Cells = dict[Key, dict[str, Any]]  # measures' values by name


@dataclass(frozen=True)
class Apart:
    """What cells are told apart by: `time` as one of `asking.TIMES`, and dimensions."""

    time: str | None = None
    dimensions: tuple[str, ...] = ()

    def key(self, time: Any, values: Mapping[str, Any]) -> Key:
        return (time, *(values.get(name) if name in self.dimensions else None for name in DIMENSIONS))


def join(cells: Cells, more: Cells, measures: Mapping[str, Measure]) -> None:
    """Fold other cells into these."""
    for key, values in more.items():
        into = cells.setdefault(key, {})
        for name, value in values.items():
            into[name] = measures[name].join(into.get(name), value)


def from_rows(
    measures: Collection[Measure], windows: Sequence[Window], apart: Apart, where: Where, *, now: datetime
) -> Cells:
    """Worked out of the journal itself: one query for each kind of rows, whatever is asked."""
    found: Cells = {}
    by_name = {measure.name: measure for measure in measures}
    for fact, wanted in by_fact(measures).items():
        if fact.is_now or windows:
            made = _of_agents(wanted, windows, apart, where, now) if fact is AGENT_TIME else None
            join(found, _of_rows(fact, wanted, windows, apart, where, now) if made is None else made, by_name)
    return found


def by_fact(measures: Iterable[Measure]) -> dict[Fact, list[Measure]]:
    found: dict[Fact, list[Measure]] = defaultdict(list)
    for measure in measures:
        found[measure.fact].append(measure)
    return found


def rows_of(fact: Fact, windows: Sequence[Window], where: Where, now: datetime) -> "QuerySet[Any]":
    """The fact's rows that belong to these windows and narrowings."""
    rows = fact.rows(now)
    if fact.moment:
        within = Q()
        for window in windows:
            within |= Q(**{f"{fact.moment}__gte": window.start, f"{fact.moment}__lt": window.end})
        rows = rows.filter(within)
    for dimension, values in where.only.items():
        rows = rows.filter(**{f"{fact.paths[dimension]}__in": values})
    return rows


def _of_rows(
    fact: Fact, measures: Sequence[Measure], windows: Sequence[Window], apart: Apart, where: Where, now: datetime
) -> Cells:
    known = [name for name in apart.dimensions if fact.has(name)]
    found = grouped(fact, measures, windows, apart, now, where)
    return {
        apart.key(row.get("by_time"), {name: row[f"by_{name}"] for name in known}): {
            measure.name: row[f"m_{measure.name}"] for measure in measures if row[f"m_{measure.name}"] is not None
        }
        for row in found
    }


def grouped(
    fact: Fact,
    measures: Sequence[Measure],
    windows: Sequence[Window],
    apart: Apart,
    now: datetime,
    where: Where | None = None,
) -> "QuerySet[Any]":
    """Rows of `m_<measure>`, with `by_time`, `by_queue` and so on as far as they are told apart by that and have it."""
    told = {f"by_{name}": F(fact.paths[name]) for name in apart.dimensions if fact.has(name)}
    if apart.time and fact.moment:
        told["by_time"] = label_of(fact.moment, apart.time)
    numbers = {f"m_{measure.name}": measure.aggregate() for measure in measures}
    rows = rows_of(fact, windows, where or Where(), now).order_by()
    found: QuerySet[Any] = rows.values(**told, whole=Value(1)).annotate(**numbers)
    return found


def label_of(moment: str, time: str) -> Any:
    """What time a row belongs to: the begin of its quarter hour, or the first day of its day, week or month."""
    if time == "quarter":
        return Quarter(F(moment))
    return Trunc(moment, time, tzinfo=zone(), output_field=DateField())


def _of_agents(
    measures: Sequence[Measure], windows: Sequence[Window], apart: Apart, where: Where, now: datetime
) -> Cells:
    bins = {part: label for window in windows for part, label in parts_of(window, apart.time)}
    labels = {part.start: label for part, label in bins.items()}
    found: Cells = {}
    by_name = {measure.name: measure for measure in measures}
    for start, agent, *values in agent_times(sorted(bins), now):
        if where.agents is None or agent in where.agents:
            known = dict(zip((each.name for each in AGENT_TIMES), values, strict=True))
            cell = {apart.key(labels[start], {"agent": agent}): {name: known[name] for name in by_name}}
            join(found, cell, by_name)
    return found


def parts_of(window: Window, time: str | None) -> Iterable[tuple[Window, Any]]:
    """The window in parts by time, each with what `label_of` says of its rows."""
    if time is None:
        yield window, None
    elif time == "quarter":
        for quarter in quarters(window):
            part = quarter.within(window)
            if part:
                yield part, quarter.start
    else:
        day = window.start.astimezone(zone()).date()
        while midnight(day) < window.end:
            part = Window(midnight(day), midnight(day + timedelta(days=1))).within(window)
            if part:
                yield part, first_day(day, time)
            day += timedelta(days=1)


def first_day(day: date, time: str) -> date:
    """Of the day, its week (from Monday) or its month."""
    if time == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if time == "month" else day
