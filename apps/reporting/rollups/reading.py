"""Which part of a window is rolled up, and the measures that stand there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from apps.common import prepared
from apps.reporting.models import Grain, Rollup, RollupState
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.cells import Apart, Cells
from apps.reporting.statistics.measures import AGENT, Fold, Measure
from apps.reporting.windows import QUARTER, Window, midnight, quarter_of, zone
from apps.tenants import scope
from apps.tenants.selecting import Select

_FOLDS = {Fold.COUNT: "sum", Fold.SUM: "sum", Fold.LEAST: "min", Fold.MOST: "max"}
# What `cells.label_of` calls a row's time.
_CALENDAR: Mapping[str | None, str] = {
    time: f"date_trunc('{time}', starts_at at time zone %s)::date" for time in ("day", "week", "month")
}
_LABELS: Mapping[str | None, str] = {None: "null::date", "quarter": "starts_at", **_CALENDAR}
_STATE = Select(lambda: RollupState.objects.all())  # of the tenant in scope


@dataclass(frozen=True)
class Pieces:
    """A window, cut up: what to read from days, from quarter hours, and from the journal."""

    days: list[Window]
    quarters: list[Window]
    rest: list[Window]


def cut(window: Window, *, finely: bool) -> Pieces:
    """What of the window is rolled up. `finely`: quarter hours are to be told apart. One query."""
    state = _STATE.first()
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
    graded = ((Grain.DAY, pieces.days), (Grain.QUARTER, pieces.quarters))
    parts = [(grain, window.start, window.end) for grain, windows in graded for window in windows]
    if not parts or not measures:
        return {}
    values: list[Any] = [zone().key] if apart.time in _CALENDAR else []
    values += [scope.tenant_id(), list({measure.fact.name for measure in measures})]
    values += [value for part in parts for value in part]
    values += [list(kept) for kept in where.only.values()]
    with prepared.cursor() as cursor:
        cursor.execute(_statement(tuple(measures), apart, tuple(where.only), len(parts)), values)
        rows = cursor.fetchall()
    names, count = [measure.name for measure in measures], len(apart.dimensions)
    return {
        apart.key(time, dict(zip(apart.dimensions, row[:count], strict=True))): {
            name: value for name, value in zip(names, row[count:], strict=True) if value is not None
        }
        for _, time, *row in rows
    }


@lru_cache(maxsize=500)
def _statement(measures: Sequence[Measure], apart: Apart, narrowed: Sequence[str], parts: int) -> str:
    """Written once for all that ask alike: with so many measures, the ORM takes longer to write it than it runs."""
    of_agents = AGENT in apart.dimensions or AGENT in narrowed
    told = ["1", _LABELS[apart.time], *apart.dimensions]
    sums = [f"{_FOLDS[measure.fold]}({measure.name})::bigint" for measure in measures]
    return f"""
        select {", ".join((*told, *sums))} from {Rollup._meta.db_table}
        where tenant_id = %s and agent is {"not null" if of_agents else "null"} and fact = any(%s)
            and ({" or ".join(["grain = %s and starts_at >= %s and starts_at < %s"] * parts)})
            {" ".join(f"and {name} = any(%s)" for name in narrowed)}
        group by {", ".join(str(1 + position) for position in range(len(told)))}
    """
