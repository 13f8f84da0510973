"""The columns of a grouped query: what rows are grouped by, and what group functions make of each group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.lookups import IsNull

from apps.facades.salesforce_sobjects.soql.comparisons import Subject
from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery
from apps.facades.salesforce_sobjects.soql.expressions import IDS, Kind, sort_key, value_of
from apps.facades.salesforce_sobjects.soql.functions import AGGREGATES, Function, aggregate_argument
from apps.facades.salesforce_sobjects.soql.names import Names, Reach
from apps.facades.salesforce_sobjects.soql.parents import value
from apps.facades.salesforce_sobjects.soql.rendering import formatted, labels, plain, rendered
from apps.facades.salesforce_sobjects.soql.selection import Vectors
from apps.facades.salesforce_sobjects.soql.tree import Call


@dataclass(frozen=True)
class Counted:
    """A group function. Its one column is called `name`; `kind` is the type of what it gives."""

    name: str
    kind: str
    value: Any
    shown: str = ""

    def values(self, vectors: Vectors, rows: int) -> Sequence[Any]:
        found = plain(self.kind, vectors[self.name])
        return formatted(self.kind, found) if self.shown else found

    @property
    def subject(self) -> Subject:
        return Subject(self.name, self.kind, F(self.name), Q(IsNull(F(self.name), False)))


@dataclass(frozen=True)
class Grouped:
    """What rows are grouped by: a field or a part of a date. `columns` are its expressions by their names here."""

    reach: Reach
    function: Function | None
    columns: Mapping[str, Any]
    shown: str = ""

    @property
    def name(self) -> str:
        return self.reach.name

    @property
    def kind(self) -> str:
        return self.function.type if self.function else self.reach.declared.type

    def values(self, vectors: Vectors, rows: int) -> Sequence[Any]:
        sobject, column = self.reach.ends[0]
        if column is not None and _is_plain(self.reach) and not self.function:
            names = dict(zip(column.reads, self.columns, strict=True))
            found = rendered(column, lambda path: vectors[names[path]], rows)
        else:
            found = plain(self.kind, vectors[next(iter(self.columns))])
        if self.shown == "TOLABEL" and column:
            return labels(sobject, column, found)
        return formatted(self.kind, found) if self.shown else found

    @property
    def subject(self) -> Subject:
        name = next(iter(self.columns))
        return Subject(self.name, self.kind, F(name), Q(IsNull(F(name), False)))

    def sort_key(self, names: Names) -> Any:
        if self.function:
            return next(iter(self.columns.values()))
        return value(names.asked, self.reach, sort_key)


def counted(names: Names, call: Call, number: int) -> Counted:
    """Raises QueryError."""
    reach = aggregate_argument(names, call)
    kind = {"COUNT": "int", "COUNT_DISTINCT": "int", "SUM": "double", "AVG": "double"}.get(
        call.name, reach.declared.type
    )
    argument = value(names.asked, reach, lambda _, column: value_of(column))
    return Counted(f"_counted{number}", kind, AGGREGATES[call.name](argument))


def grouped(names: Names, reach: Reach, function: Function | None, number: int) -> Grouped:
    """Raises MalformedQuery if rows cannot be grouped by it."""
    several = len(reach.ends) > 1 and reach.declared.type in IDS
    if several or not (function or reach.declared.groupable):
        problem = f"field '{reach.name}' can not be grouped in a query call"
        raise MalformedQuery(problem, names.asked.text, reach.at)
    name = f"_group{number}"
    if function:
        return Grouped(reach, function, {name: value(names.asked, reach, lambda _, column: function.of(column))})
    if not _is_plain(reach):
        return Grouped(reach, None, {name: value(names.asked, reach, lambda _, column: value_of(column))})
    column = reach.ends[0][1]
    assert column
    columns = {f"{name}_{place}": _read(names, reach, path) for place, path in enumerate(column.reads)}
    return Grouped(reach, None, columns)


def _read(names: Names, reach: Reach, path: str) -> Any:
    return value(names.asked, reach, lambda _, column: F(path))


def _is_plain(reach: Reach) -> bool:
    """Whether the field stands on one object and in columns of its own."""
    column = reach.ends[0][1]
    return len(reach.ends) == 1 and column is not None and not column.custom and not isinstance(column, Kind)
