"""Statistics told apart by what is no dimension of their own: the hour, the hour of the week, a team."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.db.models.lookups import Exact

from apps.reporting.statistics.asking import Ask, Where, checked
from apps.reporting.statistics.cells import Cells, join
from apps.reporting.statistics.evaluating import Line, figures_of, found_cells, part_of
from apps.reporting.statistics.measures import DIMENSIONS
from apps.reporting.windows import Window, zone


@dataclass(frozen=True, order=True)
class Slot:
    """An hour of the week on the tenant's clock: `weekday` from 1, Monday, to 7."""

    weekday: int
    hour: int

    @classmethod
    def of(cls, at: datetime) -> "Slot":
        local = at.astimezone(zone())
        return cls(local.isoweekday(), local.hour)

    def only(self, moment: str) -> Q:
        """Rows whose moment lies in such an hour."""
        weekday = Exact(ExtractIsoWeekDay(F(moment), tzinfo=zone()), self.weekday)
        return Q(weekday) & Q(Exact(ExtractHour(F(moment), tzinfo=zone()), self.hour))


def regrouped(
    names: Sequence[str],
    window: Window,
    *,
    by: str,
    into: Callable[[Any], Any],
    called: str,
    where: Where | None = None,
) -> list[Line]:
    """As `table`, lines of equal `into(key)` put together as `called`: measures are summed before anything is divided.

    What is so now alone, and belongs to no time, is left out where `by` is one. Lines in order, those of None first.
    """
    asks = checked([Ask(name, where or Where()) for name in names], [by])
    parts = [_joined(ask, cells, by, into) for ask, cells in zip(asks, found_cells(asks, window, [by]), strict=True)]
    keys = sorted({key for part in parts for key in part}, key=lambda key: (key is not None, key or 0))
    return [
        Line(
            {called: key}, {ask.name: figures_of(ask, part.get(key, {})) for ask, part in zip(asks, parts, strict=True)}
        )
        for key in keys
    ]


def values_in(ask: Ask, window: Window, slot: Slot) -> Mapping[str, Any]:
    """What one statistic's formulas are given for these hours alone: its measures, by name."""
    (cells,) = found_cells([ask], window, ["quarter"])
    return _joined(ask, cells, "quarter", Slot.of).get(slot, {})


def _joined(ask: Ask, cells: Cells, by: str, into: Callable[[Any], Any]) -> Mapping[Any, Mapping[str, Any]]:
    measures = {measure.name: measure for measure in ask.statistic.measures}
    found: Cells = {}
    for key, values in cells.items():
        part = part_of(key, by)
        if part is not None or by in DIMENSIONS:
            join(found, {(into(part),): values}, measures)
    return {key[0]: values for key, values in found.items()}
