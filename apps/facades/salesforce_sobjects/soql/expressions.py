"""A field as the database compares, sorts and groups it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Field,
    Func,
    IntegerField,
    Lookup,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, Lower, LPad
from django.db.models.lookups import IsNull

from apps.objects import catalogue
from apps.objects.columns import Column
from apps.objects.documented import Documented
from apps.objects.registry import SObject

TEXT = frozenset({"string", "picklist", "phone", "email", "url", "textarea"})
NUMBERS = frozenset({"int", "double", "currency", "percent"})
IDS = frozenset({"id", "reference"})
_KEY_DIGITS = 19  # of the greatest key
_TYPED: "dict[str, Field[Any, Any]]" = {
    "boolean": BooleanField(),
    "date": DateField(),
    "datetime": DateTimeField(),
    "double": DecimalField(max_digits=40, decimal_places=15),
    "percent": DecimalField(max_digits=40, decimal_places=15),
    "currency": DecimalField(max_digits=40, decimal_places=15),
}


@Field.register_lookup
class Matches(Lookup):
    """The database's own LIKE without case; its patterns are ours."""

    lookup_name = "matches"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} ilike {right}", [*left_values, *right_values]


class Numeric(Func):
    """A text of JSON as a number of any length."""

    template = "(%(expressions)s)::numeric"


@dataclass(frozen=True)
class Kind(Column):
    """The object's name as a field: `Owner.Type`. It stands in no column."""

    kind: str = ""


def kind_of(sobject: SObject) -> Kind:
    name = "Queue" if sobject.name == "Group" else sobject.name
    return Kind(Documented("Type", "string", frozenset("FGS"), "Type", 40), "", kind=name)


def value_of(column: Column) -> Any:
    """The field's value, typed. A reference that several columns hold comes as prefix and key, or as its text."""
    if isinstance(column, Kind):
        return Value(column.kind, output_field=TextField())
    if column.custom:
        return _custom(column)
    if len(column.reads) > 1:
        return _reference(column)
    return F(column.reads[0])


def _custom(column: Column) -> Any:
    assert column.custom
    stored: Any = KeyTextTransform(column.custom.key, column.path)
    if column.component:
        stored = KeyTextTransform(column.component, KeyTextTransform(column.custom.key, column.path))
    kind = column.declared.type
    if kind not in _TYPED:
        return stored
    typed = _TYPED[kind]
    cast = Numeric(stored, output_field=typed) if kind in NUMBERS else Cast(stored, typed)
    return Coalesce(cast, Value(False)) if kind == "boolean" else cast


def _reference(column: Column) -> Any:
    cases = [
        When(
            IsNull(F(path), False),
            then=Concat(Value(prefix), LPad(Cast(F(path), TextField()), _KEY_DIGITS, Value("0"))),
        )
        for path, prefix in column.links
    ]
    texts = [F(path) for path in column.texts]
    rest = Coalesce(*texts, Value(None)) if texts else Value(None)
    return Case(*cases, default=rest, output_field=TextField())


def sort_key(sobject: SObject, column: Column) -> Any:
    """What ORDER BY compares: texts without case, picklists by their defined order (sobjects 8.2)."""
    value = value_of(column)
    if column.declared.picklist and (ordered := _picklist(sobject, column)):
        place = Func(Value(ordered), value, function="array_position", output_field=IntegerField())
        return Case(When(IsNull(value, True), then=Value(None)), default=Coalesce(place, len(ordered) + 1))
    if column.declared.type == "boolean":
        return Cast(value, BooleanField())  # some are the same for every row, and nothing is sorted by a mere constant
    return Lower(value) if column.declared.type in TEXT else value


def _picklist(sobject: SObject, column: Column) -> list[str]:
    """The values in their order: of the tenant's definitions, or fixed ones."""
    defined = list(catalogue.current().picklist(sobject.name, column.name))
    if defined or column.custom or isinstance(column, Kind):
        return defined
    field = next((each for each in sobject.model._meta.concrete_fields if each.name == column.path), None)
    return [str(value) for value, _ in field.flatchoices] if field else []


def has_value(column: Column) -> Q:
    """The condition that the field is not empty; it is true or false, never unknown."""
    if isinstance(column, Kind) or (column.custom and column.declared.type == "boolean"):
        return Q(Value(True))
    if column.custom:
        return Q(IsNull(value_of(column), False))
    return Q(*(IsNull(F(path), False) for path in column.reads), _connector=Q.OR)
