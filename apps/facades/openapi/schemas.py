"""JSON schemas of records, out of the objects' one declaration; custom fields are the tenant's in scope."""

from collections.abc import Iterable
from typing import Any

from apps.objects import catalogue
from apps.objects.columns import Column, columns_of
from apps.objects.registry import SObject

Schema = dict[str, Any]

_TYPES: dict[str, Schema] = {
    "boolean": {"type": "boolean"},
    "int": {"type": "integer"},
    "double": {"type": "number"},
    "currency": {"type": "number"},
    "percent": {"type": "number"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "location": {
        "type": "object",
        "properties": {"latitude": {"type": "number"}, "longitude": {"type": "number"}},
        "required": ["latitude", "longitude"],
    },
}
# The platform's offset has no colon, so it is not the format that OpenAPI knows.
_MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$"}
_REFERENCE = {"type": "string", "maxLength": 64}  # an id, or under lenient checking any text of that length (C-41)

ERRORS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["errorCode", "message"],
        "properties": {
            "errorCode": {"type": "string"},
            "message": {"type": "string"},
            "fields": {"type": "array", "items": {"type": "string"}},
        },
    },
}
ATTRIBUTES: Schema = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"type": "string"}, "url": {"type": "string"}},
}
SAVED: Schema = {
    "type": "object",
    "required": ["id", "success", "errors"],
    "properties": {
        "id": {"type": "string", "minLength": 18, "maxLength": 18},
        "success": {"type": "boolean"},
        "errors": {"type": "array"},
        "created": {"type": "boolean"},
    },
}
ROWS: Schema = {
    "type": "object",
    "required": ["totalSize", "done", "records"],
    "properties": {
        "totalSize": {"type": "integer"},
        "done": {"type": "boolean"},
        "records": {"type": "array", "items": {"type": "object"}},
        "nextRecordsUrl": {"type": "string"},
    },
}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def components(objects: Iterable[SObject]) -> dict[str, Schema]:
    """What an answer shows of each object, and what a create or an update of it takes."""
    found = {"Errors": ERRORS, "Attributes": ATTRIBUTES, "SaveResult": SAVED, "QueryResult": ROWS}
    for sobject in objects:
        fields = list(columns_of(sobject).values())
        shown = {column.name: _shown(column) for column in fields}
        found[sobject.name] = {"type": "object", "properties": {"attributes": ref("Attributes"), **shown}}
        if "create" in sobject.calls:
            writable = [column for column in fields if column.declared.createable]
            found[f"{sobject.name}Create"] = _taken(sobject, writable)
        if "update" in sobject.calls:
            writable = [column for column in fields if column.declared.updateable]
            found[f"{sobject.name}Update"] = _taken(sobject, writable)
    return found


def _shown(column: Column) -> Schema:
    typed = _MOMENT if column.declared.type == "datetime" else _typed(column)
    return {**typed, "nullable": True, "title": column.declared.label}


def _taken(sobject: SObject, columns: Iterable[Column]) -> Schema:
    properties = {column.name: taken(sobject, column) for column in columns if not column.component}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def taken(sobject: SObject, column: Column) -> Schema:
    """What a write of the field accepts."""
    schema = {**_typed(column), "nullable": True, "title": column.declared.label}
    values = [row.value for row in catalogue.current().active(sobject.name, column.name)]
    if column.declared.restricted and values:
        schema["enum"] = [*values, None]
    return schema


def _typed(column: Column) -> Schema:
    declared = column.declared
    if declared.type in ("id", "reference"):
        return dict(_REFERENCE)
    if declared.type in _TYPES:
        return dict(_TYPES[declared.type])
    return {"type": "string", **({"maxLength": declared.length} if declared.length else {})}
