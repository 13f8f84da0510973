"""A picture above a report by time: bars of its first number, a line of its first share. The table tells all."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import dateformat
from django.utils.translation import gettext

from apps.common.words import figure
from apps.reporting.windows import Window, zone
from apps.supervision.reports.lines import Report, ReportLine

HEIGHT = 180
MOST_LABELS = 8
LEAST = 2  # points that make a picture
_NEXT = 1.5  # bars' widths (80 % of a period) between the begins of two periods that follow on each other


@dataclass(frozen=True)
class Point:
    """Across in per cent of the width, down in pixels."""

    title: str
    label: str  # below, of some
    x: float
    width: float
    middle: float
    y: float
    height: float
    dot: float | None

    @classmethod
    def over(cls, begin: float, width: float, *, title: str, label: str, bar: float, dot: float | None) -> "Point":
        """Over a stretch of the width. `bar` and `dot`: how high, as parts of the whole height."""
        height = HEIGHT * bar
        return cls(
            title,
            label,
            round(begin + width * 0.1, 3),
            round(width * 0.8, 3),
            round(begin + width / 2, 3),
            round(HEIGHT - height, 1),
            round(height, 1),
            None if dot is None else round(HEIGHT * (1 - dot), 1),
        )


@dataclass(frozen=True)
class Stroke:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Chart:
    bars: str
    line: str
    most: str
    points: Sequence[Point]
    strokes: Sequence[Stroke]
    is_share: bool = True  # the line, on an axis of its own; else it is on that of the bars
    height: int = HEIGHT


def chart(report: Report) -> Chart | None:
    """None of what is too little to be seen as a course, or no course in time."""
    timed = [(line, line.period) for line in report.lines if line.period]
    if len(timed) < LEAST:
        return None
    nth = next((nth for nth, cell in enumerate(report.total.cells) if cell.share is not None), None)
    most = max(1, *(line.cells[0].value or 0 for line, _ in timed))
    points: list[Point] = []
    labelled = -100.0
    for line, period in timed:
        x = _across(period.start, report.window)
        label = _label(period, report.window) if x - labelled >= 100 / MOST_LABELS else ""
        labelled = x if label else labelled
        points.append(_point(report, line, (x, _across(period.end, report.window)), label, most, nth))
    named = report.statistics[nth].label if nth is not None else ""
    return Chart(report.statistics[0].label, named, figure(most, 0), points, strokes(points))


def _point(
    report: Report, line: ReportLine, ends: tuple[float, float], label: str, most: float, nth: int | None
) -> Point:
    """`nth`: which of the numbers the line is of."""
    words = [f"{report.statistics[each].label} {line.cells[each].text}" for each in (0, nth) if each is not None]
    share = line.cells[nth].share if nth is not None else None
    begin, end = ends
    return Point.over(
        begin,
        end - begin,
        title=f"{line.label}: {', '.join(words)}",
        label=label,
        bar=(line.cells[0].value or 0) / most,
        dot=None if share is None else share / 100,
    )


def _across(at: datetime, window: Window) -> float:
    return 100 * ((at - window.start) / (window.end - window.start))


def _label(period: Window, window: Window) -> str:
    local = period.start.astimezone(zone())
    if period.end - period.start > timedelta(hours=1):
        return dateformat.format(local, gettext("j M"))
    return dateformat.format(local, "H:i" if window.end - window.start <= timedelta(hours=25) else "D H:i")


def strokes(points: Sequence[Point]) -> list[Stroke]:
    """Between neighbours in time that both have a share: over a gap nothing is known."""
    return [
        Stroke(one.middle, one.dot, other.middle, other.dot)
        for one, other in itertools.pairwise(points)
        if one.dot is not None and other.dot is not None and other.x - one.x < _NEXT * max(one.width, other.width)
    ]
