"""What can be counted or summed: kinds of rows of the journal (facts), and what is measured of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

QUEUE, AGENT, CHANNEL, DIRECTION = DIMENSIONS = ("queue", "agent", "channel", "direction")


class Fold(StrEnum):
    """How a measure's values of two quarter hours, queues or agents become that of both."""

    COUNT = "count"
    SUM = "sum"
    LEAST = "least"
    MOST = "most"


@dataclass(frozen=True, eq=False)
class Fact:
    """Rows of the journal that belong to the instant `moment`, each to a queue, an agent and so on (`paths`).

    `moment` is None for what is so now, whatever is asked for; `rows` is given the present. `interaction` is the path
    to the contact's key. Deleted contacts are out of every fact (M-24).
    """

    name: str
    rows: "Callable[[datetime], QuerySet[Any]]"
    moment: str | None
    paths: Mapping[str, Any]
    interaction: str | None = "interaction_id"
    since: str | None = None  # of what is so now: when it began

    @property
    def is_now(self) -> bool:
        return self.moment is None

    def has(self, dimension: str) -> bool:
        return dimension in self.paths


@dataclass(frozen=True)
class Measure:
    """One number of a fact's rows. `value` is what is folded of each row, in milliseconds if it is a time."""

    name: str
    fact: "Fact"
    fold: Fold = Fold.COUNT
    value: Any = field(default=None, compare=False, hash=False)
    only: Q = field(default=Q(), compare=False, hash=False)

    @property
    def is_now(self) -> bool:
        return self.fact.is_now

    def __add__(self, other: "Measure | Terms") -> "Terms":
        return Terms.of(self) + other

    def __sub__(self, other: "Measure | Terms") -> "Terms":
        return Terms.of(self) - other

    def aggregate(self) -> Any:
        """The measure as the database works it out of the fact's rows."""
        if self.fold == Fold.COUNT:
            return Count("pk", filter=self.only)
        kind = {Fold.SUM: Sum, Fold.LEAST: Min, Fold.MOST: Max}[self.fold]
        return kind(self.value, filter=self.only)

    def join(self, left: Any, right: Any) -> Any:
        """The measure over both; None stands for no rows."""
        if left is None or right is None:
            return right if left is None else left
        if self.fold == Fold.LEAST:
            return min(left, right)
        return max(left, right) if self.fold == Fold.MOST else left + right


@dataclass(frozen=True)
class Terms:
    """Measures that are added, and others that are taken away."""

    plus: tuple[Measure, ...]
    minus: tuple[Measure, ...] = ()

    @classmethod
    def of(cls, one: "Measure | Terms") -> "Terms":
        return one if isinstance(one, Terms) else cls((one,))

    def __add__(self, other: "Measure | Terms") -> "Terms":
        other = Terms.of(other)
        return Terms(self.plus + other.plus, self.minus + other.minus)

    def __sub__(self, other: "Measure | Terms") -> "Terms":
        other = Terms.of(other)
        return Terms(self.plus + other.minus, self.minus + other.plus)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.plus + self.minus

    def total(self, values: Mapping[str, Any]) -> int:
        """Of these values of measures; what there is no row of is 0."""
        plus = sum(values.get(each.name) or 0 for each in self.plus)
        return int(plus - sum(values.get(each.name) or 0 for each in self.minus))


def extremes(name: str, fact: "Fact", value: Any, only: Q | None = None) -> "tuple[Measure, Measure, Measure]":
    """Sum, least and most of one figure of each row."""
    only = only or Q()
    return (
        Measure(f"{name}_sum", fact, Fold.SUM, value, only),
        Measure(f"{name}_least", fact, Fold.LEAST, value, only),
        Measure(f"{name}_most", fact, Fold.MOST, value, only),
    )
