"""What lies behind a relationship: conditions on parents' fields, and their values, as the database reads them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Left
from django.db.models.lookups import Exact, In, IsNull

from apps.facades.salesforce_sobjects.soql.names import Asked, Ends, Reach
from apps.objects.columns import Column, Parent
from apps.objects.registry import SObject

SHARED = 15  # characters that the two forms of an id have in common
NOTHING = Q(Value(False))
_NULL = Value(None, output_field=TextField())


def links(column: Column, target: SObject) -> Iterator[tuple[str, Sequence[str], bool]]:
    """How a reference may name a row of the target: our column, those that count before it, whether it is a text."""
    before: list[str] = []
    for path, prefix in column.links:
        if prefix == target.prefix:
            yield path, list(before), False
        before.append(path)
    for path in column.texts:
        if target.text_id:
            yield path, list(before), True
        before.append(path)


def condition(asked: Asked, reach: Reach, leaf: Callable[[Column], Q]) -> Q:
    """`leaf` of the field, wherever it lies. False where there is no parent; always true or false, never unknown."""
    return _condition(asked, reach.steps, reach.ends, leaf)


def _condition(asked: Asked, steps: Sequence[Parent], ends: Ends, leaf: Callable[[Column], Q]) -> Q:
    if not steps:
        column = ends[0][1]
        return leaf(column) if column else NOTHING
    found = Q()
    for target, beyond in _ways(steps, ends):
        rows = asked.rows(target).filter(_condition(asked, steps[1:], beyond, leaf))
        for path, before, is_text in links(steps[0].column, target):
            found |= Q(_named(path, is_text, target, rows), *_none_of(before))
    return found or NOTHING


def _ways(steps: Sequence[Parent], ends: Ends) -> Iterator[tuple[SObject, Ends]]:
    """The objects that the first step leads to, each with where the path ends from there."""
    if len(steps) > 1:
        yield steps[0].targets[0], ends
    else:
        yield from ((target, [(target, column)]) for target, column in ends if column)


def _named(path: str, is_text: bool, target: SObject, rows: "QuerySet[Any]") -> Q:
    """That the reference names one of the rows."""
    if is_text:
        keys = rows.annotate(_named=Left(str(target.text_id), SHARED)).values("_named")
        return Q(In(Left(F(path), SHARED), keys)) & Q(IsNull(F(path), False))
    return Q(In(F(path), rows.values("pk"))) & Q(IsNull(F(path), False))


def _none_of(paths: Sequence[str]) -> list[Any]:
    return [IsNull(F(path), True) for path in paths]


def value(asked: Asked, reach: Reach, of: Callable[[SObject, Column], Any]) -> Any:
    """The expression `of` of the field, wherever it lies; null where there is no parent."""
    return _value(asked, reach.steps, reach.ends, of)


def _value(asked: Asked, steps: Sequence[Parent], ends: Ends, of: Callable[[SObject, Column], Any]) -> Any:
    if not steps:
        sobject, column = ends[0]
        return of(sobject, column) if column else _NULL
    found = []
    for target, beyond in _ways(steps, ends):
        inner = _value(asked, steps[1:], beyond, of)
        for path, before, is_text in links(steps[0].column, target):
            rows = asked.rows(target).filter(*_match(path, is_text, target))
            rows = rows.filter(*(IsNull(OuterRef(each), True) for each in before))
            found.append(Subquery(rows.values(_value=inner)[:1]))
    if len(found) == 1:
        return found[0]
    return Coalesce(*found) if found else _NULL


def _match(path: str, is_text: bool, target: SObject) -> list[Any]:
    if is_text:
        return [Exact(Left(str(target.text_id), SHARED), Left(OuterRef(path), SHARED))]
    return [Q(pk=OuterRef(path))]
