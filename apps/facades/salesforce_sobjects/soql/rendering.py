"""From the columns that the database gave to JSON, a whole column at a time: a page has thousands of rows."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import Func, TextField

from apps.common.public_ids import salesforce_id
from apps.facades.salesforce_sobjects.soql.expressions import Kind
from apps.objects import catalogue
from apps.objects.columns import Column
from apps.objects.registry import SObject

Read = Callable[[str], Sequence[Any]]  # path -> the values of that column, one for each row


class Written(Func):
    """A date and time as a text of the API."""

    template = """to_char(%(expressions)s at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000+0000"')"""
    output_field = TextField()


def rendered(column: Column, read: Read, rows: int) -> Sequence[Any]:
    """A field's values as JSON carries them (sobjects 2.3)."""
    if isinstance(column, Kind):
        return [column.kind] * rows
    if column.custom:
        return _custom(column, read(column.path))
    if not column.links:
        return plain(column.declared.type, read(column.reads[0]))
    found: Sequence[Any] = [None] * rows
    for path in reversed(column.texts):
        found = [text if text is not None else other for text, other in zip(read(path), found, strict=True)]
    for path, prefix in reversed(column.links):
        found = [
            other if key is None else salesforce_id(prefix, key) for key, other in zip(read(path), found, strict=True)
        ]
    return found


def plain(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    """Values of a documented type, converted where JSON has another form for them."""
    if kind == "datetime":
        return [None if value is None else moment(value) for value in values]
    if kind in ("double", "percent", "currency"):
        return [float(value) if isinstance(value, Decimal) else value for value in values]
    if kind == "date":
        return [None if value is None else value.isoformat() for value in values]
    return values


def moment(value: datetime) -> str:
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat()[:19] + ".000+0000"


def _custom(column: Column, stored: Sequence[Any]) -> Sequence[Any]:
    assert column.custom
    name, component, kind = column.custom.key, column.component, column.declared.type
    values = [fields.get(name) for fields in stored]
    if component:
        return [value[component] if value else None for value in values]
    if kind == "datetime":
        return [value.replace("Z", "+0000") if value else None for value in values]
    return [bool(value) for value in values] if kind == "boolean" else values


def labels(sobject: SObject, column: Column, values: Sequence[Any]) -> Sequence[Any]:
    """The labels of a picklist's values; what has none stays."""
    defined = catalogue.current().picklist(sobject.name, column.name)
    return [defined[value].label if value in defined else value for value in values]


def formatted(kind: str, values: Sequence[Any], zone: tzinfo = UTC) -> Sequence[Any]:
    """Texts for people, in the manner of the United States, times in the user's zone."""
    return [None if value is None else _format(kind, value, zone) for value in values]


def _format(kind: str, value: Any, zone: tzinfo) -> Any:
    if kind == "datetime":
        at = datetime.fromisoformat(value).astimezone(zone)
        return f"{_day(at)}, {at.hour % 12 or 12}:{at:%M %p}"
    if kind == "date":
        return _day(date.fromisoformat(value))
    if kind == "currency":
        return f"{value:,.2f}"
    return f"{value:,}" if kind in ("int", "double", "percent") else value


def _day(value: date) -> str:
    return f"{value.month}/{value.day}/{value.year}"
