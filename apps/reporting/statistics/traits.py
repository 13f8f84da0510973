"""Statistics told apart by what is written in their contacts: topic, reason, sentiment. Read from the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Value

from apps.common import clock
from apps.reporting.statistics.asking import Ask, Where, checked
from apps.reporting.statistics.cells import by_fact, rows_of
from apps.reporting.statistics.evaluating import Line, figures_of
from apps.reporting.statistics.measures import Fact
from apps.reporting.windows import Window
from apps.topics.models import EngagementTopic

TRAITS = ("topic", "reason", "sentiment")
_TOPIC = "topic"


@dataclass(frozen=True)
class Trait:
    """What contacts have in common; a value of None: that they have none."""

    name: str
    value: str | None

    def only(self, fact: Fact) -> Q:
        """Rows of contacts that have it."""
        if self.name != _TOPIC:
            return Q(**{_path(fact, self.name): self.value})
        topics = EngagementTopic.objects.filter(engagement=OuterRef(fact.interaction or "pk"))
        return ~Q(Exists(topics)) if self.value is None else Q(Exists(topics.filter(name=self.value)))


def by_trait(names: Sequence[str], window: Window, name: str, *, where: Where | None = None) -> list[Line]:
    """A line for each topic, reason or sentiment, those that the first count is highest of first.

    A contact with several topics counts once for each of them.
    """
    asks = checked([Ask(each, where or Where()) for each in names], ())
    cells: dict[str | None, dict[str, Any]] = {}
    for fact, measures in by_fact({each for ask in asks for each in ask.statistic.measures}).items():
        numbers = {f"m_{each.name}": each.aggregate() for each in measures}
        for row in _told(fact, window, name, asks[0].where).values("trait").annotate(**numbers):
            cell = cells.setdefault(row["trait"], {})
            cell |= {each.name: row[f"m_{each.name}"] for each in measures if row[f"m_{each.name}"] is not None}
    first = asks[0].statistic
    order = sorted(cells, key=lambda key: (-(figures_of(asks[0], cells[key])[first.main] or 0), key is None, key or ""))
    return [Line({name: key}, {ask.name: figures_of(ask, cells[key]) for ask in asks}) for key in order]


def values_with(ask: Ask, window: Window, trait: Trait) -> Mapping[str, Any]:
    """What one statistic's formulas are given for these contacts alone: its measures, by name."""
    found: dict[str, Any] = {}
    for fact, measures in by_fact(ask.statistic.measures).items():
        rows: Any = rows_of(fact, [window], ask.where, clock.now()).filter(trait.only(fact)).order_by()
        numbers = {f"m_{each.name}": each.aggregate() for each in measures}
        for row in rows.values(whole=Value(1)).annotate(**numbers):
            found |= {each.name: row[f"m_{each.name}"] for each in measures}
    return {name: value for name, value in found.items() if value is not None}


def _told(fact: Fact, window: Window, name: str, where: Where) -> Any:
    rows: Any = rows_of(fact, [window], where, clock.now()).order_by()
    if name != _TOPIC:
        return rows.annotate(trait=F(_path(fact, name)))
    topics = _path(fact, "topics")
    kept = FilteredRelation(topics, condition=Q(**{f"{topics}__deleted_at": None}))
    again = EngagementTopic.objects.filter(
        engagement=OuterRef("told__engagement"), name=OuterRef("told__name"), pk__lt=OuterRef("told__pk")
    )  # the same subject, handled twice
    return rows.annotate(told=kept).exclude(Exists(again)).annotate(trait=F("told__name"))


def _path(fact: Fact, name: str) -> str:
    """From the fact's rows to a column of their contacts."""
    contact = (fact.interaction or "pk").removesuffix("_id")
    return name if contact == "pk" else f"{contact}__{name}"
