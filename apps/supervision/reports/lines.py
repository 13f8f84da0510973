"""A report's table: a line for each queue, agent, day or whatever is asked, each number with the way to its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.agents.models import Agent, Channel
from apps.common.display import span
from apps.engagements.models import Direction
from apps.queues.models import Queue
from apps.reporting import windows
from apps.reporting.statistics.asking import Ask, Where, statistic
from apps.reporting.statistics.definition import Statistic, Unit
from apps.reporting.statistics.evaluating import Figures, evaluate, table
from apps.reporting.windows import QUARTER, Window
from apps.supervision.reports.asked import Asked, day_of

NOBODY = "none"


@dataclass(frozen=True)
class Cell:
    text: str
    address: str  # of the rows behind it; empty where there are none
    share: float | None  # of a percentage, for the picture


@dataclass(frozen=True)
class ReportLine:
    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Report:
    statistics: Sequence[Statistic]
    lines: Sequence[ReportLine]
    total: ReportLine


def report(asked: Asked) -> Report:
    """Everything for the page, in a fixed number of queries."""
    statistics = [statistic(name) for name in asked.names]
    found = table(asked.names, asked.window, by=[asked.by], where=asked.where)
    names = _labels(asked.by, [line.of[asked.by] for line in found])
    lines = [
        ReportLine(names[line.of[asked.by]], _cells(statistics, line.figures, asked, line.of[asked.by]))
        for line in found
    ]
    whole = evaluate([Ask(name, asked.where) for name in asked.names], asked.window)
    figures = dict(zip(asked.names, whole, strict=True))
    return Report(statistics, lines, ReportLine("All", _cells(statistics, figures, asked)))


def _labels(by: str, keys: Sequence[Any]) -> Mapping[Any, str]:
    if by == "queue":
        rows: Mapping[Any, Any] = Queue.objects.in_bulk([key for key in keys if key])
        return {key: str(rows[key]) if key else "No queue" for key in keys}
    if by == "agent":
        rows = Agent.objects.select_related("user").in_bulk([key for key in keys if key])
        return {key: str(rows[key]) if key else "Nobody" for key in keys}
    if by in ("channel", "direction"):
        words = dict((Channel if by == "channel" else Direction).choices)
        return {key: str(words.get(key, "Unknown")) for key in keys}
    return {key: day_of(key) for key in keys}


_EVERYTHING = object()


def _cells(
    statistics: Sequence[Statistic], figures: Mapping[str, Figures], asked: Asked, key: Any = _EVERYTHING
) -> list[Cell]:
    window, where = _narrowed(asked, key)
    return [_cell(each, figures[each.name], window, where) for each in statistics]


def _narrowed(asked: Asked, key: Any) -> tuple[Window, Where | None]:
    """What a line is of; None for whom nothing can be narrowed to."""
    if key is _EVERYTHING:
        return asked.window, asked.where
    if key is None:
        return asked.window, None
    if asked.by in ("queue", "agent", "channel", "direction"):
        return asked.window, replace(asked.where, **{f"{asked.by}s": frozenset({key})})
    return _period(asked.by, key).within(asked.window) or asked.window, asked.where


def _period(by: str, begin: Any) -> Window:
    if isinstance(begin, datetime):
        return Window(begin, begin + QUARTER)
    last: date = begin
    if by == "week":
        last = begin + timedelta(days=6)
    elif by == "month":
        last = (begin.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return windows.days(begin, last)


def _cell(each: Statistic, figures: Figures, window: Window, where: Where | None) -> Cell:
    value = figures[each.main]
    if value is None:
        return Cell("–", "", None)
    address = "" if where is None else f"{reverse('supervision:rows')}?{urlencode(_query(each, window, where))}"
    return Cell(shown(each.unit, value), address, float(value) if each.unit is Unit.PERCENT else None)


def _query(each: Statistic, window: Window, where: Where) -> dict[str, str]:
    only = {name: ",".join(map(str, sorted(values))) for name, values in where.only.items()}
    return {"statistic": each.name, "start": window.start.isoformat(), "end": window.end.isoformat(), **only}


def shown(unit: Unit, value: float) -> str:
    if unit is Unit.MILLIS:
        return str(span(value / 1000))
    return f"{value:.2f} %" if unit is Unit.PERCENT else f"{value:,}"
