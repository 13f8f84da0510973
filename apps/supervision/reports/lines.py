"""A report's table: a line for each queue, agent, day or whatever is asked, each number with the way to its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext

from apps.agents.models import Agent, Channel, Team
from apps.common.words import inside
from apps.engagements.models import Direction
from apps.queues.models import Queue
from apps.reporting import windows
from apps.reporting.statistics.asking import Ask, Where, agents_who, statistic
from apps.reporting.statistics.definition import Statistic, Unit
from apps.reporting.statistics.evaluating import Figures, Line, evaluate, figures_of, table
from apps.reporting.statistics.regrouping import regrouped
from apps.reporting.statistics.traits import TRAITS, by_trait
from apps.reporting.windows import QUARTER, Window
from apps.supervision.reports.asked import TIMES, TRAIT_NAMES, Asked, day_of
from apps.supervision.reports.changes import Change, change, shown


@dataclass(frozen=True)
class Cell:
    text: str
    address: str  # of the rows behind it; empty where there are none
    share: float | None  # of a percentage, for the picture
    change: Change | None = None
    value: float | None = None  # for charts and files
    before: float | None = None


@dataclass(frozen=True)
class ReportLine:
    label: str
    cells: Sequence[Cell]
    period: Window | None = None  # of a line by time


@dataclass(frozen=True)
class Report:
    statistics: Sequence[Statistic]
    lines: Sequence[ReportLine]
    total: ReportLine
    window: Window
    before: Window | None
    notes: Sequence[str]  # what else is to be known of the lines


def report(asked: Asked) -> Report:
    """Everything for the page, in a fixed number of queries."""
    statistics = [statistic(name) for name in asked.names]
    found = lines_of(asked, asked.window)
    now = _by_key(found, asked.by)
    earlier = {} if asked.before is None or asked.by in TIMES else _by_key(lines_of(asked, asked.before), asked.by)
    keys = [*now, *(key for key in earlier if key not in now)]  # what there is no more of comes last
    keys = keys[:MOST_LINES] if asked.by in TRAITS else keys
    names = _labels(asked.by, keys)
    nothing = {name: figures_of(Ask(name), {}) for name in asked.names}
    missing = nothing if asked.before and asked.by not in TIMES else _NOTHING
    lines = [
        ReportLine(
            names[key],
            _cells(statistics, now.get(key, nothing), asked, key, earlier.get(key, missing)),
            _narrowed(asked, key)[0] if asked.by in TIMES and key else None,
        )
        for key in keys
    ]
    before = _whole(asked, asked.before) if asked.before else {}
    total = ReportLine(gettext("All"), _cells(statistics, _whole(asked, asked.window), asked, before=before))
    return Report(statistics, lines, total, asked.window, asked.before, _notes(asked))


def _notes(asked: Asked) -> list[str]:
    told = []
    if asked.by in TRAITS:
        told.append(gettext("The {most} most frequent at the most.").format(most=MOST_LINES))
    if asked.by == "topic":
        told.append(gettext("A contact with several topics counts for each of them, and once among all."))
    if asked.by == "team":
        told.append(gettext("An agent's work counts for the team that the agent is in now."))
    if asked.by in TIMES and asked.before:
        told.append(gettext("By time only the whole is compared, since weekdays differ."))
    return told


def lines_of(asked: Asked, window: Window) -> Sequence[Line]:
    if asked.by == "hour":
        return regrouped(asked.names, window, by="quarter", into=_hour_of, where=asked.where, called="hour")
    if asked.by == "team":
        teams = dict(Agent.objects.values_list("pk", "team"))
        return regrouped(asked.names, window, by="agent", into=teams.get, where=asked.where, called="team")
    if asked.by in TRAITS:
        return by_trait(asked.names, window, asked.by, where=asked.where)
    return table(asked.names, window, by=[asked.by], where=asked.where)


def _hour_of(quarter: datetime) -> datetime:
    return windows.hour_of(quarter).start


def _by_key(lines: Sequence[Line], by: str) -> dict[Any, Mapping[str, Figures]]:
    return {line.of[by]: line.figures for line in lines}


def _whole(asked: Asked, window: Window) -> Mapping[str, Figures]:
    return dict(zip(asked.names, evaluate([Ask(name, asked.where) for name in asked.names], window), strict=True))


def _labels(by: str, keys: Sequence[Any]) -> Mapping[Any, str]:
    if by == "queue":
        rows: Mapping[Any, Any] = Queue.objects.in_bulk([key for key in keys if key])
        return {key: str(rows[key]) if key else gettext("No queue") for key in keys}
    if by == "team":
        rows = Team.objects.in_bulk([key for key in keys if key])
        return {key: str(rows[key]) if key else gettext("No team") for key in keys}
    if by == "agent":
        rows = Agent.objects.select_related("user").in_bulk([key for key in keys if key])
        return {key: str(rows[key]) if key else gettext("Nobody") for key in keys}
    if by in ("channel", "direction"):
        words = dict((Channel if by == "channel" else Direction).choices)
        return {key: str(words.get(key, gettext("Unknown"))) for key in keys}
    if by in TRAITS:
        return {key: gettext("No {by}").format(by=inside(TRAIT_NAMES[by])) if key is None else str(key) for key in keys}
    if by == "month":
        return {key: dateformat.format(key, gettext("F Y")) for key in keys}
    return {key: day_of(key) for key in keys}


MOST_LINES = 200  # of what people write
_EVERYTHING = object()
_NOTHING: Mapping[str, Figures] = {}


def _cells(
    statistics: Sequence[Statistic],
    figures: Mapping[str, Figures],
    asked: Asked,
    key: Any = _EVERYTHING,
    before: Mapping[str, Figures] = _NOTHING,
) -> list[Cell]:
    window, where = _narrowed(asked, key)
    more = _trait(asked.by, key) if asked.by in TRAITS and key is not _EVERYTHING else {}
    return [_cell(each, figures[each.name], window, where, before.get(each.name, {}), more) for each in statistics]


def _trait(by: str, key: str | None) -> dict[str, str]:
    return {"without": by} if key is None else {by: key}


def _narrowed(asked: Asked, key: Any) -> tuple[Window, Where | None]:
    """What a line is of; None for whom nothing can be narrowed to."""
    if key is _EVERYTHING:
        return asked.window, asked.where
    if asked.by in TRAITS:
        return asked.window, asked.where
    if key is None:
        return asked.window, None
    if asked.by in ("queue", "agent", "channel", "direction"):
        return asked.window, replace(asked.where, **{f"{asked.by}s": frozenset({key})})
    if asked.by == "team":
        return asked.window, asked.where.among(agents_who(teams=[key]))
    return _period(asked.by, key).within(asked.window) or asked.window, asked.where


def _period(by: str, begin: Any) -> Window:
    if isinstance(begin, datetime):
        return Window(begin, begin + QUARTER) if by == "quarter" else windows.hour_of(begin)
    last: date = begin
    if by == "week":
        last = begin + timedelta(days=6)
    elif by == "month":
        last = (begin.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return windows.days(begin, last)


def _cell(
    each: Statistic, figures: Figures, window: Window, where: Where | None, before: Figures, more: Mapping[str, str]
) -> Cell:
    value, earlier = figures[each.main], before.get(each.main)
    told = None if earlier is None else float(earlier)
    if value is None:
        return Cell("–", "", None, before=told)
    address = "" if where is None else rows_address(each, window, where, **more)
    share = float(value) if each.unit is Unit.PERCENT else None
    return Cell(shown(each.unit, value), address, share, change(each.unit, value, earlier), float(value), told)


def rows_address(each: Statistic, window: Window, where: Where, **more: Any) -> str:
    return f"{reverse('supervision:rows')}?{urlencode({**_query(each, window, where), **more})}"


def _query(each: Statistic, window: Window, where: Where) -> dict[str, str]:
    only = {name: ",".join(map(str, sorted(values))) for name, values in where.only.items()}
    return {"statistic": each.name, "start": window.start.isoformat(), "end": window.end.isoformat(), **only}
