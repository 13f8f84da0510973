"""The figures that are asked for, in a fixed number of queries, however many there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.common import clock
from apps.reporting.rollups.reading import Pieces, cut, from_rollups
from apps.reporting.statistics.asking import Ask, Where, checked
from apps.reporting.statistics.cells import Apart, Cells, Key, from_rows, join
from apps.reporting.statistics.formulas import Number
from apps.reporting.statistics.measures import AGENT, DIMENSIONS, Measure
from apps.reporting.windows import Window

Figures = Mapping[str, Number]  # by value key: count, total, avg, min, max, percent


@dataclass(frozen=True)
class Line:
    """Several statistics of one queue, agent, day or whatever they are told apart by (`of`)."""

    of: Mapping[str, Any]
    figures: Mapping[str, Figures]  # by statistic's name


def evaluate(
    asks: "Iterable[Ask | str]", window: Window, *, at: datetime | None = None, rows_only: bool = False
) -> list[Figures]:
    """The figures of each thing asked, in that order. `at`: the present.

    Roll-ups serve what they hold of the window, the journal the rest; with `rows_only` the journal serves all. Raises
    UnknownStatistic and DoesNotApply.
    """
    wanted = checked(asks, ())
    found = _cells(wanted, window, (), at or clock.now(), rows_only)
    return [figures_of(ask, next(iter(cells.values()), {})) for ask, cells in zip(wanted, found, strict=True)]


def values_of(ask: Ask, window: Window) -> Mapping[str, Any]:
    """What one statistic's formulas are given: its measures, by name."""
    (cells,) = _cells(checked([ask], ()), window, (), clock.now(), rows_only=False)
    return next(iter(cells.values()), {})


def table(
    names: Iterable[str],
    window: Window,
    *,
    by: Sequence[str],
    where: Where | None = None,
    at: datetime | None = None,
    rows_only: bool = False,
) -> list[Line]:
    """One line for each queue, agent, channel, direction, quarter, day, week or month, as `by` says (at most one time).

    Only lines of which there is anything; in order, those without a queue (agent, ...) first. Raises as `evaluate`.
    """
    wanted = checked((Ask(name, where or Where()) for name in names), by)
    found = _cells(wanted, window, by, at or clock.now(), rows_only)
    keys = sorted({key for cells in found for key in cells}, key=_order)
    empty: dict[str, Any] = {}
    return [
        Line(
            {name: part_of(key, name) for name in by},
            {ask.name: figures_of(ask, cells.get(key, empty)) for ask, cells in zip(wanted, found, strict=True)},
        )
        for key in keys
    ]


def found_cells(asks: Sequence[Ask], window: Window, by: Sequence[str]) -> list[Cells]:
    """The measures of each ask, before they make figures."""
    return _cells(asks, window, by, clock.now(), rows_only=False)


def _cells(asks: Sequence[Ask], window: Window, by: Sequence[str], now: datetime, rows_only: bool) -> list[Cells]:
    """Each ask's cells, told apart by `by` and what the asks are narrowed by, where they differ in that."""
    shared = asks[0].where if asks and all(ask.where == asks[0].where for ask in asks) else Where()
    time = next((name for name in by if name not in DIMENSIONS), None)
    found: dict[bool, Cells] = {}
    groups: dict[bool, list[Ask]] = {}
    for ask in asks:
        groups.setdefault(AGENT in by or AGENT in ask.where.only, []).append(ask)
    for of_agents, group in groups.items():
        narrowed = {name for ask in group for name in ask.where.only if ask.where != shared}
        apart = Apart(time, tuple(name for name in DIMENSIONS if name in by or name in narrowed))
        found[of_agents] = _measured(
            {each for ask in group for each in ask.statistic.measures}, window, apart, shared, now, rows_only
        )
    return [_narrowed(ask, found[AGENT in by or AGENT in ask.where.only], by, shared, window, now) for ask in asks]


def _measured(
    measures: "set[Measure]", window: Window, apart: Apart, where: Where, now: datetime, rows_only: bool
) -> Cells:
    pieces = Pieces([], [], [window]) if rows_only else cut(window, finely=apart.time == "quarter")
    found = from_rows(measures, pieces.rest, apart, where, now=now)
    kept = {measure.name: measure for measure in measures if not measure.is_now}
    join(found, from_rollups(kept.values(), pieces, apart, where), kept)
    return found


def _narrowed(ask: Ask, cells: Cells, by: Sequence[str], shared: Where, window: Window, now: datetime) -> Cells:
    """The ask's own cells and measures, told apart by `by` alone."""
    statistic = ask.statistic
    counted = {
        measure.name: measure
        for measure in statistic.measures
        if not measure.is_now or statistic.is_now or now in window  # who waits now is no part of last week
    }
    only = {} if ask.where == shared else ask.where.only
    found: Cells = {}
    for key, values in cells.items():
        if all(part_of(key, name) in kept for name, kept in only.items()):
            short = (key[0], *(key[1 + n] if name in by else None for n, name in enumerate(DIMENSIONS)))
            own = {name: values[name] for name in counted if name in values}
            if own:
                join(found, {short: own}, counted)
    return found


def part_of(key: Key, name: str) -> Any:
    return key[1 + DIMENSIONS.index(name)] if name in DIMENSIONS else key[0]


def _order(key: Key) -> tuple[Any, ...]:
    return tuple((part is not None, part) if part is not None else (False, 0) for part in key)


def figures_of(ask: Ask, values: Mapping[str, Any]) -> Figures:
    return {key: formula.of(values) for key, formula in ask.statistic.formulas.items()}
