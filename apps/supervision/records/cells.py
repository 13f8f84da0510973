"""What the cells of a page say, in as many queries for many rows as for one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.display import stamp
from apps.directory.names import names_of
from apps.engagements.forms.fields import label_of
from apps.engagements.forms.record import held
from apps.exports import columns as exports
from apps.exports.columns import Kind
from apps.objects import catalogue, registry
from apps.objects.columns import Column
from apps.objects.registry import SObject

_LEFT_TO_RIGHT = frozenset({"phone", "url", "email", "id"})


_KINDS = {
    "boolean": Kind.BOOLEAN,
    "int": Kind.INTEGER,
    "double": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "currency": Kind.NUMBER,
    "datetime": Kind.TIME,
}


@dataclass(frozen=True)
class Cell:
    text: str
    is_left_to_right: bool = False


Names = Mapping[tuple[str, Any], str]  # (key prefix, or nothing for a text; key) -> name


def cells_of(sobject: SObject, columns: Sequence[Column], rows: Sequence[Any]) -> list[list[Cell]]:
    """Of each row a cell for each column. References are told by name."""
    names = _names([column for column in columns if column.declared.type == "reference"], rows)
    return [[Cell(_text(sobject, column, row, names), _is_ltr(column)) for column in columns] for row in rows]


def values_of(sobject: SObject, columns: Sequence[Column], rows: Sequence[Any]) -> list[list[Any]]:
    """The same to take away: moments, numbers and truths stay what they are."""
    names = _names([column for column in columns if column.declared.type == "reference"], rows)
    return [
        [
            _text(sobject, column, row, names) or None if _kind(column) is Kind.TEXT else held(column, row)
            for column in columns
        ]
        for row in rows
    ]


def column_for(column: Column) -> exports.Column:
    """The same field in a file."""
    return exports.Column(column.name, label_of(column), _kind(column))


def _kind(column: Column) -> Kind:
    """The tenant's own moments are kept as texts."""
    kind = _KINDS.get(column.declared.type, Kind.TEXT)
    return Kind.TEXT if column.custom and kind is Kind.TIME else kind


def _is_ltr(column: Column) -> bool:
    return column.declared.type in _LEFT_TO_RIGHT


def _text(sobject: SObject, column: Column, row: Any, names: Names) -> str:
    if column.declared.type == "reference":
        return _referred(column, row, names)
    value = held(column, row)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values())
    if column.declared.type == "datetime":
        return stamp(timezone.localtime(_moment(value)))
    if column.declared.type == "picklist":
        known = catalogue.current().picklist(sobject.name, column.name).get(value)
        return known.said if known else str(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value


def _referred(column: Column, row: Any, names: Names) -> str:
    for path, prefix in column.links:
        key = getattr(row, path)
        if key is not None:
            return names.get((prefix, key), "")
    for path in column.texts:
        if text := getattr(row, path):
            return names.get(("", text), str(text))
    return ""


def _names(columns: Iterable[Column], rows: Sequence[Any]) -> Names:
    """One query for each kind of row that is referred to, and one for all records of the CRM."""
    keys: dict[str, set[int]] = {}
    texts: set[str] = set()
    for column in columns:
        for path, prefix in column.links:
            keys.setdefault(prefix, set()).update(getattr(row, path) for row in rows)
        texts.update(getattr(row, path) for path in column.texts for row in rows)
    found: dict[tuple[str, Any], str] = {}
    for prefix, wanted in keys.items():
        model: Any = next(each.model for each in registry.every() if each.prefix == prefix and not each.text_id)
        for one in model._base_manager.filter(pk__in=wanted - {None}):
            found[prefix, one.pk] = str(getattr(one, "full_name", one))
    if texts - {None, ""}:
        found |= {("", text): name for text, name in names_of(texts).items()}
    return found
