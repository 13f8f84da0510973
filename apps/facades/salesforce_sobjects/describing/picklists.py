"""The values of a picklist: the tenant's own, or where administrators define none, those that the code knows."""

from collections.abc import Iterator
from typing import Any

from apps.objects import catalogue
from apps.objects.columns import Column
from apps.objects.registry import SObject


def values(sobject: SObject, column: Column) -> list[dict[str, Any]]:
    """In their order, switched-off ones included."""
    if not column.declared.picklist:
        return []
    rows = catalogue.current().picklist(sobject.name, column.name).values()
    if rows:
        return [_value(row.value, row.label, row.is_active, row.is_default) for row in rows]
    return list(_fixed(sobject, column))


def _fixed(sobject: SObject, column: Column) -> Iterator[dict[str, Any]]:
    field = sobject.column_behind(column.path)
    if field is not None:
        for value, label in field.choices or ():
            yield _value(str(value), str(label), True, value == field.default)
    for option in column.declared.options:
        yield _value(option, option, True, False)


def _value(value: str, label: str, active: bool, default: bool) -> dict[str, Any]:
    return {"active": active, "defaultValue": default, "label": label, "validFor": None, "value": value}
