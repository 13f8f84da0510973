"""The functions of the language: of dates, of groups, and of how a value is shown (sobjects 8.2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    DateField,
    DateTimeField,
    Func,
    IntegerField,
    Max,
    Min,
    Q,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.lookups import Exact, IsNull

from apps.facades.salesforce_sobjects.soql.comparisons import Subject, subject_of
from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery
from apps.facades.salesforce_sobjects.soql.expressions import IDS, NUMBERS, value_of
from apps.facades.salesforce_sobjects.soql.names import Asked, Names, Reach
from apps.facades.salesforce_sobjects.soql.tree import Call, Operand, Path
from apps.objects import catalogue
from apps.objects.columns import Column
from apps.objects.registry import SObject

SHOWN = frozenset({"TOLABEL", "FORMAT"})
AGGREGATES: Mapping[str, Callable[[Any], Any]] = {
    "COUNT": Count,
    "COUNT_DISTINCT": lambda value: Count(value, distinct=True),
    "SUM": Sum,
    "AVG": Avg,
    "MIN": Min,
    "MAX": Max,
}
_PARTS = {
    "CALENDAR_YEAR": "extract(year from %(expressions)s)::int",
    "CALENDAR_QUARTER": "extract(quarter from %(expressions)s)::int",
    "CALENDAR_MONTH": "extract(month from %(expressions)s)::int",
    "DAY_IN_WEEK": "extract(dow from %(expressions)s)::int + 1",
    "DAY_IN_MONTH": "extract(day from %(expressions)s)::int",
    "DAY_IN_YEAR": "extract(doy from %(expressions)s)::int",
    "WEEK_IN_MONTH": "(extract(day from %(expressions)s)::int + 6) / 7",
    "WEEK_IN_YEAR": "(extract(doy from %(expressions)s)::int + 6) / 7",
    "HOUR_IN_DAY": "extract(hour from %(expressions)s)::int",
    "DAY_ONLY": "(%(expressions)s)::date",
}
_FISCAL = {name.replace("CALENDAR", "FISCAL"): name for name in _PARTS if name.startswith("CALENDAR")}


class _Part(Func):
    """A part of a date; the templates stand above."""


class _InZone(Func):
    template = "(%(expressions)s)"
    arg_joiner = " at time zone "


@dataclass(frozen=True)
class Labelled:
    """`toLabel` of a picklist, to compare or sort by; what has no label stands for itself."""

    sobject: SObject

    name = "TOLABEL"
    type = "string"

    def of(self, column: Column) -> Any:
        value = value_of(column)
        known = catalogue.current().picklist(self.sobject.name, column.name).values()
        labels = [When(Exact(value, row.value), then=Value(row.label)) for row in known]
        return Case(*labels, default=value, output_field=TextField())


@dataclass(frozen=True)
class DateFunction:
    """A function of a date, which is that of UTC unless the user's zone is asked for."""

    name: str
    zone: str

    @property
    def type(self) -> str:
        return "date" if self.name == "DAY_ONLY" else "int"

    def of(self, column: Column) -> Any:
        value = value_of(column)
        if column.declared.type == "datetime":
            value = _InZone(value, Value(self.zone), output_field=DateTimeField())
        field = DateField() if self.type == "date" else IntegerField()
        return _Part(value, template=_PARTS[self.name], output_field=field)


Function = DateFunction | Labelled


def field_of(names: Names, operand: Operand) -> tuple[Reach, Function | None]:
    """The field that is meant, and the function applied to it. Raises QueryError."""
    if isinstance(operand, Path):
        return names.reach(operand), None
    asked = names.asked
    if operand.name == "TOLABEL":
        reach = labelled(names, operand)
        return reach, Labelled(reach.ends[0][0])
    name = _FISCAL.get(operand.name, operand.name)
    if name not in _PARTS:
        raise unknown(operand, asked)
    inner, zone = only_argument(operand, asked), "UTC"
    if isinstance(inner, Call) and inner.name == "CONVERTTIMEZONE":
        inner, zone = only_argument(inner, asked), asked.literals.zone.key
    if isinstance(inner, Call):
        raise unknown(inner, asked)
    reach = names.reach(inner)
    kinds = ("datetime",) if name == "HOUR_IN_DAY" else ("date", "datetime")
    if reach.declared.type not in kinds:
        raise MalformedQuery(f"field {reach.name} does not support the function {operand.name}", asked.text, operand.at)
    return reach, DateFunction(name, zone)


def subject(function: Function | None, column: Column) -> Subject:
    if function is None:
        return subject_of(column)
    value = function.of(column)
    return Subject(f"{function.name}({column.name})", function.type, value, Q(IsNull(value, False)))


def labelled(names: Names, call: Call) -> Reach:
    """The picklist that `toLabel` is applied to. Raises QueryError."""
    argument = only_argument(call, names.asked)
    if isinstance(argument, Call):
        raise unknown(argument, names.asked)
    reach = names.reach(argument)
    if not reach.declared.picklist:
        raise MalformedQuery(f"field {reach.name} has no labels", names.asked.text, call.at)
    return reach


def aggregate_argument(names: Names, call: Call) -> Reach:
    """The field that a group function is applied to. Raises QueryError if it cannot be."""
    argument = only_argument(call, names.asked)
    if isinstance(argument, Call):
        raise unknown(argument, names.asked)
    reach = names.reach(argument)
    kind = reach.declared.type
    summed = call.name in ("SUM", "AVG")
    possible = reach.declared.filterable and kind != "boolean" and (kind in NUMBERS or not summed)
    if kind in IDS and call.name in ("MIN", "MAX"):
        possible = False
    if not possible:
        problem = f"field {reach.name} does not support aggregate operator {call.name}"
        raise MalformedQuery(problem, names.asked.text, call.at)
    return reach


def only_argument(call: Call, asked: Asked) -> Operand:
    if len(call.arguments) != 1:
        raise MalformedQuery(f"{call.name} takes one field", asked.text, call.at)
    return call.arguments[0]


def unknown(call: Call, asked: Asked) -> MalformedQuery:
    return MalformedQuery(f"unexpected token: '{call.name}'", asked.text, call.at)
