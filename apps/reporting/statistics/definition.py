"""What a statistic is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from apps.common.words import later
from apps.reporting.statistics.formulas import Average, Extreme, Formula, Share, Total
from apps.reporting.statistics.measures import DIMENSIONS, Measure, Terms

Sum = Measure | Terms


class Unit(StrEnum):
    """As the wire says it (cxengage 10.1)."""

    COUNT = "count"
    MILLIS = "millis"
    PERCENT = "percentage"


class About(StrEnum):
    """What kind of thing a statistic is of, to sort a list of them by."""

    CONTACTS = "Contacts"
    QUEUES = "Queues"
    AGENTS = "Agents"


@dataclass(frozen=True)
class Statistic:
    """One definition: `formulas` by value key (count, total, avg, min, max, percent), `source` the contract's item."""

    name: str
    label: str
    about: About
    unit: Unit
    definition: str
    source: str
    formulas: Mapping[str, Formula]
    is_voice_only: bool = False

    def __post_init__(self) -> None:
        """Screens say these in their reader's language; they are written down once, among the others."""
        object.__setattr__(self, "label", later(self.label))
        object.__setattr__(self, "definition", later(self.definition))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Each once."""
        return tuple(dict.fromkeys(each for formula in self.formulas.values() for each in formula.measures))

    @cached_property
    def dimensions(self) -> frozenset[str]:
        """By what it can be told apart or narrowed: `queue`, `agent`, `channel`, `direction`."""
        return frozenset(name for name in DIMENSIONS if all(each.fact.has(name) for each in self.measures))

    @property
    def is_now(self) -> bool:
        """Whether it is about the present alone, whatever window is asked for."""
        return all(each.is_now for each in self.measures)

    @property
    def main(self) -> str:
        """The value key to show where there is room for one number."""
        return next(iter(self.formulas))

    def __hash__(self) -> int:
        return hash(self.name)


def count(name: str, label: str, about: About, source: str, definition: str, of: Sum, **more: bool) -> Statistic:
    return Statistic(name, label, about, Unit.COUNT, definition, source, {"count": Total(Terms.of(of))}, **more)


def share(
    name: str, label: str, about: About, source: str, definition: str, over: Sum, under: Sum, top: int = 1
) -> Statistic:
    formula = Share(Terms.of(over), Terms.of(under), top)
    return Statistic(name, label, about, Unit.PERCENT, definition, source, {"percent": formula})


def total(name: str, label: str, about: About, source: str, definition: str, of: Sum) -> Statistic:
    return Statistic(name, label, about, Unit.MILLIS, definition, source, {"total": Total(Terms.of(of))})


def times(
    name: str,
    label: str,
    about: About,
    source: str,
    definition: str,
    over: Sum,
    under: Sum,
    *,
    least: tuple[Measure, ...] = (),
    most: tuple[Measure, ...] = (),
    counted: Sum | None = None,
    **more: bool,
) -> Statistic:
    """Average and total; with `least` and `most` the extremes as well, with `counted` a count."""
    formulas: dict[str, Formula] = {"avg": Average(Terms.of(over), Terms.of(under))}
    formulas |= {"min": Extreme(least)} if least else {}
    formulas |= {"max": Extreme(most)} if most else {}
    formulas["total"] = Total(Terms.of(over))
    formulas |= {"count": Total(Terms.of(counted))} if counted else {}
    return Statistic(name, label, about, Unit.MILLIS, definition, source, formulas, **more)
