"""Which part of a window is rolled up, and the measures that stand there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Max, Min, Q, Sum, Value

from apps.reporting.models import Grain, Rollup, RollupState
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.cells import Apart, Cells, label_of
from apps.reporting.statistics.measures import AGENT, Fold, Measure
from apps.reporting.windows import QUARTER, Window, midnight, quarter_of, zone
from apps.tenants import scope

_FOLDS = {Fold.COUNT: Sum, Fold.SUM: Sum, Fold.LEAST: Min, Fold.MOST: Max}


@dataclass(frozen=True)
class Pieces:
    """A window, cut up: what to read from days, from quarter hours, and from the journal."""

    days: list[Window]
    quarters: list[Window]
    rest: list[Window]


def cut(window: Window, *, finely: bool) -> Pieces:
    """What of the window is rolled up. `finely`: quarter hours are to be told apart. One query."""
    state = RollupState.objects.first()
    start = quarter_of(window.start + QUARTER - timedelta(microseconds=1))
    end = min(quarter_of(window.end), state.until) if state else start
    if state is None or start >= end:
        return Pieces([], [], [window])
    rolled, days = (
        Window(start, end),
        None if finely or state.time_zone != scope.tenant().time_zone else _days(start, end),
    )
    return Pieces([days] if days else [], _around(rolled, days) if days else [rolled], _around(window, rolled))


def _days(start: Any, end: Any) -> Window | None:
    """The whole calendar days in between."""
    first = start.astimezone(zone()).date()
    begin = midnight(first) if midnight(first) >= start else midnight(first + timedelta(days=1))
    found = Window(begin, midnight(end.astimezone(zone()).date()))
    aligned = quarter_of(found.start) == found.start and quarter_of(found.end) == found.end
    return found if found.start < found.end and aligned else None


def _around(whole: Window, inner: Window) -> list[Window]:
    parts = [Window(whole.start, inner.start), Window(inner.end, whole.end)]
    return [part for part in parts if part.start < part.end]


def from_rollups(measures: Collection[Measure], pieces: Pieces, apart: Apart, where: Where) -> Cells:
    """The same cells as `cells.from_rows` would give for the rolled-up pieces. One query."""
    within = Q()
    for grain, windows in ((Grain.DAY, pieces.days), (Grain.QUARTER, pieces.quarters)):
        for window in windows:
            within |= Q(grain=grain, starts_at__gte=window.start, starts_at__lt=window.end)
    if not within or not measures:
        return {}
    of_agents = AGENT in apart.dimensions or where.agents is not None
    rows = Rollup.objects.filter(
        within,
        fact__in={measure.fact.name for measure in measures},
        agent__isnull=not of_agents,
        **{f"{name}__in": values for name, values in where.only.items()},
    )
    told: dict[str, Any] = {f"by_{name}": F(name) for name in apart.dimensions}
    if apart.time:
        told["by_time"] = label_of("starts_at", apart.time)
    numbers = {f"m_{measure.name}": _FOLDS[measure.fold](measure.name) for measure in measures}
    found: Any = rows.order_by().values(**told, whole=Value(1)).annotate(**numbers)
    return {
        apart.key(row.get("by_time"), {name: row[f"by_{name}"] for name in apart.dimensions}): {
            measure.name: row[f"m_{measure.name}"] for measure in measures if row[f"m_{measure.name}"] is not None
        }
        for row in found
    }
