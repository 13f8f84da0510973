"""ORDER BY, and where in that order a row stands: how a page goes on after the last row of the one before (P-25)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.lookups import Exact, GreaterThan, IsNull, LessThan

from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery
from apps.facades.salesforce_sobjects.soql.expressions import sort_key
from apps.facades.salesforce_sobjects.soql.functions import field_of
from apps.facades.salesforce_sobjects.soql.names import Names, Reach
from apps.facades.salesforce_sobjects.soql.parents import value
from apps.facades.salesforce_sobjects.soql.tree import By

_TYPES: Mapping[str, Callable[[str], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "Decimal": Decimal,
}


@dataclass(frozen=True)
class Key:
    """One key of an order. Empty values come first unless said otherwise, in both directions (sobjects 8.2)."""

    value: Any
    descending: bool = False
    nulls_last: bool = False

    @property
    def order(self) -> OrderBy:
        nulls = {"nulls_last": True} if self.nulls_last else {"nulls_first": True}
        return OrderBy(self.value, descending=self.descending, **nulls)

    def beyond(self, last: Any) -> Q:
        """That a row comes after one with this value."""
        if last is None:
            return Q(IsNull(self.value, False)) if not self.nulls_last else Q(pk__in=[])
        lookup = LessThan if self.descending else GreaterThan
        found = Q(lookup(self.value, last))
        return found | Q(IsNull(self.value, True)) if self.nulls_last else found

    def same(self, last: Any) -> Q:
        return Q(IsNull(self.value, True)) if last is None else Q(Exact(self.value, last))


MOST_KEYS = 32
TIE = Key(F("pk"))  # makes every order total (P-29)


def order_of(names: Names, order: Sequence[By]) -> list[Key]:
    """The keys that are asked for, and the Id. Raises QueryError."""
    keys = []
    if len(order) > MOST_KEYS:
        raise MalformedQuery(
            f"a query is ordered by at most {MOST_KEYS} fields", names.asked.text, order[-1].operand.at
        )
    for by in order:
        reach, function = field_of(names, by.operand)
        if not function:
            refuse_unsortable(reach, names)
        of = (lambda _, column, function=function: function.of(column)) if function else sort_key
        keys.append(Key(value(names.asked, reach, of), by.descending, by.nulls_last))
    return [*keys, TIE]


def refuse_unsortable(reach: Reach, names: Names) -> None:
    if not reach.declared.sortable:
        problem = f"field '{reach.name}' can not be sorted in a query call"
        raise MalformedQuery(problem, names.asked.text, reach.at)


def ordered(rows: "QuerySet[Any]", keys: Sequence[Key]) -> "QuerySet[Any]":
    return rows.order_by(*("pk" if key is TIE and not key.descending else key.order for key in keys))


def position(rows: "QuerySet[Any]", keys: Sequence[Key], last: int) -> list[Any] | None:
    """Where the row with this key stands, in a form that JSON keeps; None if it has just ceased to be among them."""
    names = {f"_key{number}": key.value for number, key in enumerate(keys)}
    found = rows.filter(pk=last).annotate(**names).values_list(*names).first()
    return [_kept(each) for each in found] if found else None


def after(keys: Sequence[Key], place: Sequence[Any]) -> Q:
    """The rows that come after the place."""
    values = [_given(each) for each in place]
    found, same = Q(), Q()
    for key, last in zip(keys, values, strict=True):
        found |= same & key.beyond(last)
        same &= key.same(last)
    return found


def _kept(value: Any) -> Any:
    kind = type(value).__name__
    return {kind: str(value)} if kind in _TYPES else value


def _given(kept: Any) -> Any:
    if not isinstance(kept, dict):
        return kept
    ((kind, text),) = kept.items()
    return _TYPES[kind](text)
