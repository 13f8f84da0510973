"""What a change of a record was, as its event tells it: column by column, before and after."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from apps.objects import custom_fields, registry
from apps.objects.records import Record

_STAMPS = frozenset({"created_date", "created_by", "last_modified_date", "last_modified_by", "system_modstamp"})


class Befell(StrEnum):
    """What happened to a record."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNDELETED = "undeleted"


def columns_of(row: Record) -> Mapping[str, Any]:
    """Every value that a person may have written, by column or by custom field, as JSON has it; a link is its key."""
    own = custom_fields.shown(registry.of(row).name, row.custom_fields)
    return {**dict(_documented(row)), **{field.api_name: value for field, value in own}}


def _documented(row: Record) -> Iterator[tuple[str, Any]]:
    sobject = registry.of(row)
    for declared, column in sobject.fields.values():
        if column in _STAMPS or sobject.column(column).generated:
            continue
        for name in filter(None, (column, declared.text_column, declared.alternative)):
            yield name, _as_json(getattr(row, sobject.column(name).attname))


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def told(row: Record, befell: Befell, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The entry of an event's `changes`: object -> its key, what befell it, and column -> [before, after]."""
    after = columns_of(row) if before is not None else {}
    names = dict.fromkeys([*after, *(before or ())])
    pairs = {name: [(before or {}).get(name), after.get(name)] for name in names}
    columns = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return {registry.of(row).name: {"id": row.pk, "event": befell, "columns": columns}}
