"""From a body, names without regard to case, to a draft of the domain."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.accounts.models import User
from apps.common.errors import FieldProblem, Problem
from apps.engagements.drafts import Changes, NewRecord
from apps.facades.salesforce_sobjects.writing.parents import Parents
from apps.facades.salesforce_sobjects.writing.rejections import Mistake, Names, Rejected, unknown_field
from apps.objects.columns import Column, columns_of, parents_of
from apps.objects.records import Record
from apps.objects.registry import SObject

_DATE = re.compile(r"\s*(\d{4}-\d\d-\d\d)\s*", re.ASCII)
_ATTRIBUTES = "attributes"


@dataclass(frozen=True)
class Sent:
    """A draft, and how to name what is wrong with it."""

    draft: NewRecord
    names: Names


def read_new(sobject: SObject, body: Any, draft: NewRecord, *, by: User, parents: Parents | None = None) -> Sent:
    """The draft of a new record, filled. Raises Rejected for what cannot be a record of this object at all."""
    return _read(sobject, body, draft, parents or Parents(sobject, [body], by), "C")


def read_changes(row: Record, sobject: SObject, body: Any, *, by: User, parents: Parents | None = None) -> Sent:
    """What is to be written over in the row."""
    return _read(sobject, body, Changes(row=row), parents or Parents(sobject, [body], by), "U")


def _read(sobject: SObject, body: Any, draft: NewRecord, above: Parents, letter: str) -> Sent:
    if not isinstance(body, Mapping):
        raise Rejected(Mistake("JSON_PARSER_ERROR", f"A record of {sobject.name} must be a JSON object"))
    found = _Found(sobject, letter)
    for name, value in _fields(sobject, body, above):
        found.take(name, value)
    pairs = [*found.custom.items(), *_locations(found.parts, draft)]
    draft.values, draft.custom_fields, draft.problems = found.values, pairs, found.problems
    draft.numeric_text = True
    return Sent(draft, Names(sobject, body, pairs))


def _fields(sobject: SObject, body: Mapping[str, Any], above: Parents) -> Iterator[tuple[Column, Any]]:
    """The fields that are named, each once; a parent that is named by a key of its own becomes its id (P-17)."""
    columns, parents = columns_of(sobject), parents_of(sobject)
    named: dict[str, tuple[Column, Any]] = {}
    nested = {}
    for name, value in body.items():
        lower = name.lower()
        if lower == _ATTRIBUTES:
            continue
        if lower == "id":
            raise Rejected(Mistake("INVALID_FIELD", "The Id field should not be specified in the sobject data."))
        parent = None if lower in columns else parents.get(lower)
        if lower not in columns and parent is None:
            raise unknown_field(sobject, name)
        column = parent.column if parent else columns[lower]
        if column.name in named:
            raise Rejected(Mistake("INVALID_FIELD", f"{column.name} is specified more than once", [column.name]))
        named[column.name] = column, value
        if parent:
            nested[column.name] = parent
    for name, (column, value) in named.items():
        yield column, above.id_of(nested[name], value) if name in nested else value


@dataclass
class _Found:
    """What the fields of one body came to. `letter` is the property that a field needs: C to create, U to update."""

    sobject: SObject
    letter: str
    values: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)  # of locations
    problems: list[FieldProblem] = field(default_factory=list)

    def take(self, column: Column, value: Any) -> None:
        if self.letter not in column.declared.letters:
            path = column.name if column.custom or column.declared.type == "id" else column.path
            self.problems.append(FieldProblem(Problem.NOT_WRITABLE, [path], f"{column.name} cannot be written"))
        elif column.component and column.custom:
            self.parts.setdefault(column.custom.api_name, {})[column.component] = value
        elif column.custom:
            self.custom[column.name] = _with_time(column, value)
        elif not getattr(self.sobject.column_behind(column.path), "generated", False):  # else overwritten (C-04)
            self.values[column.path] = _with_time(column, value)


def _with_time(column: Column, value: Any) -> Any:
    """A date alone is midnight (P-06)."""
    match = _DATE.fullmatch(value) if column.declared.type == "datetime" and isinstance(value, str) else None
    return f"{match[1]}T00:00:00Z" if match else value


def _locations(parts: Mapping[str, Mapping[str, Any]], draft: NewRecord) -> Iterator[tuple[str, Any]]:
    """Locations whose components came by themselves; the one that did not come stays."""
    for name, sent in parts.items():
        field = columns_of(draft.sobject)[name.lower()].custom
        assert field is not None
        stored = draft.stored.get("custom_fields", {}).get(field.key) or {}
        whole = {"latitude": None, "longitude": None, **stored, **sent}
        yield name, whole if any(value is not None for value in whole.values()) else None
