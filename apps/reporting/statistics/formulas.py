"""From sums over many rows to the one number that is shown. Nothing is divided before, and nothing rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from apps.reporting.statistics.measures import Measure, Terms

Number = int | float | None
Values = Mapping[str, Any]  # a measure's name -> its value

_PLACES = 100  # of a per cent: two


class Formula(Protocol):
    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it is worked out from."""
        ...

    def rows(self, *, above: bool = False) -> Terms:
        """Whose rows are shown when the number is opened: of a fraction what it divides by, or what is `above` that."""
        ...

    def of(self, values: Values) -> Number:
        """The number; None where there is none."""
        ...


@dataclass(frozen=True)
class Total:
    """A count, or milliseconds; 0 without rows."""

    terms: Terms

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.terms.measures

    def rows(self, *, above: bool = False) -> Terms:
        return self.terms

    def of(self, values: Values) -> Number:
        return self.terms.total(values)


@dataclass(frozen=True)
class Average:
    """Whole milliseconds, rounded half up; None of nothing."""

    over: Terms
    under: Terms

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.over.measures + self.under.measures

    def rows(self, *, above: bool = False) -> Terms:
        return self.over if above else self.under

    def of(self, values: Values) -> Number:
        rows = self.under.total(values)
        return _divided(self.over.total(values), rows) if rows else None


@dataclass(frozen=True)
class Share:
    """Per cent with two places, rounded half up; None of nothing. `top`: what a full share of one row amounts to."""

    over: Terms
    under: Terms
    top: int = 1

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.over.measures + self.under.measures

    def rows(self, *, above: bool = False) -> Terms:
        return self.over if above else self.under

    def of(self, values: Values) -> Number:
        rows = self.under.total(values) * self.top
        return _divided(100 * _PLACES * self.over.total(values), rows) / _PLACES if rows else None


@dataclass(frozen=True)
class Extreme:
    """The least or the most of all rows, in milliseconds; None without rows, or what `empty` says."""

    over: tuple[Measure, ...]
    empty: int | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.over

    def rows(self, *, above: bool = False) -> Terms:
        return Terms(self.over)

    def of(self, values: Values) -> Number:
        found = None
        for measure in self.over:
            found = measure.join(found, values.get(measure.name))
        return self.empty if found is None else int(found)


def _divided(over: int, under: int) -> int:
    """Rounded half up."""
    return (2 * over + under) // (2 * under)
