"""One number of the board: how it reads, how bad it is, and the way to the rows behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.display import span
from apps.common.words import figure
from apps.reporting.statistics.asking import Where, statistic
from apps.reporting.statistics.definition import Unit
from apps.reporting.windows import Window
from apps.supervision.board.limits import Level

_FINE = Level()


@dataclass(frozen=True)
class Moment:
    """When the board is true, and the tenant's day that its figures are of."""

    at: datetime
    day: Window


@dataclass(frozen=True)
class Cell:
    """`since`: it counts on in the browser. `value` is what a column is sorted by."""

    text: str = "–"
    value: float | None = None
    address: str = ""
    level: Level = _FINE
    note: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Figures:
    """Statistics of one queue, one agent or the whole board, as cells."""

    found: Mapping[str, Mapping[str, Any]]
    window: Window
    where: Where
    user: User

    def value(self, name: str) -> Any:
        """The statistic's main number; a count of nothing is 0."""
        about = statistic(name)
        empty = 0 if about.unit is Unit.COUNT else None
        return self.found[name][about.main] if name in self.found else empty

    def cell(self, name: str, level: Level = _FINE, note: str = "") -> Cell:
        value = self.value(name)
        if value is None:
            return Cell(level=level, note=note)
        return Cell(read(statistic(name).unit, value), value, self.address(name), level, note)

    def running(self, name: str, since: datetime | None, level: Level) -> Cell:
        """A time that goes on."""
        if since is None:
            return Cell()
        return Cell("", self.value(name), self.address(name), level, since=since)

    def address(self, name: str) -> str:
        """Of the rows behind the number; empty for who may not read them."""
        if not permits(self.user, Permission.ASSIGNED_REPORTS_READ):
            return ""
        only = {dimension: ",".join(map(str, sorted(keys))) for dimension, keys in self.where.only.items() if keys}
        window = {"start": self.window.start.isoformat(), "end": self.window.end.isoformat()}
        return f"{reverse('supervision:rows')}?{urlencode({'statistic': name, **window, **only})}"


def read(unit: Unit, value: float) -> str:
    if unit is Unit.MILLIS:
        return str(span(value / 1000))
    return f"{figure(value, 1)} %" if unit is Unit.PERCENT else figure(value)
