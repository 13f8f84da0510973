"""The planner's page: the week as a heat map, one day as a picture and a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.words import figure
from apps.reporting.staffing import Interval, Usual, usual_week
from apps.reporting.statistics.bounds import Bounds
from apps.supervision.reports.chart import LEAST, MOST_LABELS, Chart, Point, strokes
from apps.supervision.reports.heat import STEPS, HeatCell, HeatRow
from apps.supervision.reports.staffing.asked import DAYS, Asked
from apps.supervision.reports.staffing.columns import COLUMNS, NEEDED, READY, tenths

DAY = "weekdays"  # the shown one's place on the page
_HOUR = 60


@dataclass(frozen=True)
class DayRow:
    begin: str
    cells: Sequence[str]
    short: str  # by how many fewer than needed were ready; empty: there were enough


@dataclass(frozen=True)
class Weekday:
    name: str
    address: str
    is_shown: bool


@dataclass(frozen=True)
class Plan:
    """What the page shows. `hours` are the agents' in a week: at work, and on the roster."""

    asked: Asked
    busiest: Interval
    busiest_name: str
    hours: tuple[str, str]
    headings: Sequence[str]
    heat: Sequence[HeatRow]
    days: Sequence[Weekday]
    day: str
    counted: int  # days that the shown one is the mean of
    chart: Chart | None
    rows: Sequence[DayRow]


def plan(asked: Asked, query: QueryDict, by: User) -> Plan | None:
    """None where nothing was offered, or nothing handled."""
    usual = usual_of(asked, by)
    busiest = max(usual.intervals, key=lambda each: (each.needed, each.load), default=None)
    if busiest is None or not busiest.needed:
        return None
    day = asked.day or busiest.weekday
    shown = [each for each in usual.intervals if each.weekday == day]
    headings, heat = _heat(usual, query)
    days = [Weekday(str(WEEKDAYS[each - 1]), _address(query, each), each == day) for each in DAYS]
    return Plan(
        asked,
        busiest,
        f"{WEEKDAYS[busiest.weekday - 1]} {begin(busiest)}",
        (_hours(asked, [each.needed for each in usual.intervals]), _hours(asked, _on_roster(asked, usual))),
        headings,
        heat,
        days,
        str(WEEKDAYS[day - 1]),
        usual.days.get(day, 0),
        _course(shown),
        [_row(each, asked) for each in shown if each.needed or each.ready],
    )


def usual_of(asked: Asked, by: User) -> Usual:
    return usual_week(
        asked.queue,
        asked.channel,
        asked.window,
        by.zone,
        minutes=asked.minutes,
        goal=asked.goal,
        bounds=Bounds.of(by),
    )


def begin(interval: Interval) -> str:
    return f"{interval.minute // _HOUR:02}:{interval.minute % _HOUR:02}"


def _hours(asked: Asked, agents: Sequence[int]) -> str:
    return figure(sum(agents) * asked.minutes / _HOUR, 0)


def _on_roster(asked: Asked, usual: Usual) -> list[int]:
    return [asked.goal.on_roster(each.needed) for each in usual.intervals]


def _address(query: QueryDict, day: int) -> str:
    kept = [(name, value) for name, value in query.items() if name != "day"]
    return f"?{urlencode([*kept, ('day', day)])}#{DAY}"


def _heat(usual: Usual, query: QueryDict) -> tuple[list[str], list[HeatRow]]:
    """An hour for each cell, with what its busiest interval needs."""
    ordered = sorted(usual.intervals, key=lambda each: (each.weekday, each.minute // _HOUR))
    needed = {
        slot: max(each.needed for each in several)
        for slot, several in groupby(ordered, lambda each: (each.weekday, each.minute // _HOUR))
    }
    hours = [hour for (_, hour), agents in needed.items() if agents]
    most = max(needed.values())
    across = range(min(hours), max(hours) + 1)
    return [f"{hour:02}" for hour in across], [
        HeatRow(
            str(WEEKDAYS_ABBR[day - 1]),
            str(WEEKDAYS[day - 1]),
            [_cell(day, hour, needed, most, query) for hour in across],
        )
        for day in DAYS
    ]


def _cell(day: int, hour: int, needed: Mapping[tuple[int, int], int], most: int, query: QueryDict) -> HeatCell | None:
    agents = needed.get((day, hour))
    if not agents:
        return None
    name = f"{WEEKDAYS[day - 1]} {hour:02}:00: "
    return HeatCell(figure(agents), name, _address(query, day), int(agents / most * STEPS + 0.5))


def _course(intervals: Sequence[Interval]) -> Chart | None:
    """Bars of agents needed, a line of agents ready, from the first interval of which there is anything to the last."""
    known = [nth for nth, each in enumerate(intervals) if each.needed or each.ready]
    drawn = intervals[known[0] : known[-1] + 1] if known else []
    if len(drawn) < LEAST:
        return None
    most = max(1.0, *(max(each.needed, each.ready) for each in drawn))
    width, every = 100 / len(drawn), -(-len(drawn) // MOST_LABELS)
    points = [
        _point(each, nth * width, width, most, begin(each) if nth % every == 0 else "")
        for nth, each in enumerate(drawn)
    ]
    return Chart(str(NEEDED.heading), str(READY.heading), tenths(most), points, strokes(points), is_share=False)


def _point(interval: Interval, x: float, width: float, most: float, label: str) -> Point:
    words = f"{NEEDED.heading} {figure(interval.needed)}, {READY.heading} {tenths(interval.ready)}"
    title = f"{begin(interval)}: {words}"
    return Point.over(x, width, title=title, label=label, bar=interval.needed / most, dot=interval.ready / most)


def _row(interval: Interval, asked: Asked) -> DayRow:
    short = tenths(interval.needed - interval.ready)
    is_short = interval.ready < interval.needed and short != tenths(0)
    return DayRow(
        begin(interval),
        [told.cell(interval, asked.goal) for told in COLUMNS],
        gettext("{many} too few").format(many=short) if is_short else "",
    )
