"""What was wrong with a write, in the documented codes and messages (sobjects 11.2)."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from apps.common.errors import FieldProblem, Problem
from apps.objects.columns import column_of
from apps.objects.registry import SObject

Made = TypeVar("Made")

_CUSTOM = "custom_fields["
_LONGEST_SHOWN = 2_000  # characters of a refused value


@dataclass(frozen=True)
class Mistake:
    """One documented error; the resources differ in what they call its code."""

    code: str
    message: str
    fields: Sequence[str] = ()


class Rejected(Exception):
    """Nothing was written, for these reasons."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("; ".join(each.message for each in mistakes))
        self.mistakes = mistakes


def tried(read: Callable[[], Made]) -> Made | Rejected:
    """What it returns, or why it could not."""
    try:
        return read()
    except Rejected as problem:
        return problem


class Several(Rejected):
    """More than one record has the key: these ids."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(Mistake("DUPLICATE_EXTERNAL_ID", f"{len(ids)} records have this key"))
        self.ids = ids


@dataclass(frozen=True)
class Names:
    """How the columns of a refused draft are called in the body; `custom` are its custom fields with what was sent."""

    sobject: SObject
    body: Mapping[str, Any] = field(default_factory=dict)
    custom: Sequence[tuple[str, Any]] = ()

    def of(self, path: str) -> str:
        """`custom_fields[2].value` is the third of them; any other path is a column, or a custom field's own name."""
        if path.startswith(_CUSTOM):
            return self._custom(path)[0]
        found = (declared.api_name for declared, column in self.sobject.fields.values() if column == path)
        return next(found, path)

    def value(self, problem: FieldProblem) -> Any:
        """What was sent."""
        path = problem.fields[0] if problem.fields else ""
        return self._custom(path)[1] if path.startswith(_CUSTOM) else problem.value

    def _custom(self, path: str) -> tuple[str, Any]:
        return self.custom[int(path.removeprefix(_CUSTOM).partition("]")[0])]

    def label(self, name: str) -> str:
        column = column_of(self.sobject, name)
        return column.declared.label if column else name

    def length(self, name: str) -> int:
        column = column_of(self.sobject, name)
        return column.declared.length if column else 0

    def type(self, name: str) -> str:
        column = column_of(self.sobject, name)
        return column.declared.type if column else "object"

    def position(self, name: str, value: Any) -> int:
        """Where the value begins, were the body written on one line."""
        text = json.dumps(self.body, default=str)
        key = next((key for key in self.body if key.lower() == name.lower()), name)
        start = text.find(json.dumps(key))
        return text.find(json.dumps(value, default=str), start + len(key) + 2) + 1


_CODES = {
    Problem.UNKNOWN_FIELD: "INVALID_FIELD",
    Problem.NOT_WRITABLE: "INVALID_FIELD_FOR_INSERT_UPDATE",
    Problem.MALFORMED: "JSON_PARSER_ERROR",
    Problem.REQUIRED: "REQUIRED_FIELD_MISSING",
    Problem.TOO_LONG: "STRING_TOO_LONG",
    Problem.OUT_OF_RANGE: "NUMBER_OUTSIDE_VALID_RANGE",
    Problem.NOT_IN_PICKLIST: "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    Problem.MALFORMED_ID: "MALFORMED_ID",
    Problem.NO_SUCH_RECORD: "INVALID_CROSS_REFERENCE_KEY",
    Problem.WRONG_OBJECT: "FIELD_INTEGRITY_EXCEPTION",
    Problem.CONTRADICTION: "FIELD_INTEGRITY_EXCEPTION",
    Problem.DUPLICATE: "DUPLICATE_VALUE",
}  # in the order of the checks (P-16)
_ORDER = list(_CODES)


NOT_FOUND = Mistake("NOT_FOUND", "The requested resource does not exist")
IS_DELETED = Mistake("ENTITY_IS_DELETED", "entity is deleted")
FORBIDDEN = Mistake("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")


def rejection_of(problems: Iterable[FieldProblem], names: Names) -> Rejected:
    """All of them at once, one entry for each code (P-16)."""
    found: dict[str, list[FieldProblem]] = {}
    for problem in sorted(problems, key=lambda each: _ORDER.index(each.problem)):
        found.setdefault(_CODES[problem.problem], []).append(problem)
    return Rejected(*(_mistake(code, alike, names) for code, alike in found.items()))


def _mistake(code: str, problems: Sequence[FieldProblem], names: Names) -> Mistake:
    fields = list(dict.fromkeys(names.of(path) for problem in problems for path in problem.fields))
    if together := _TOGETHER.get(code):
        fields.sort()
        return Mistake(code, together.format(", ".join(fields)), fields)
    return Mistake(code, "; ".join(dict.fromkeys(_message(problem, names) for problem in problems)), fields)


_TOGETHER = {
    "REQUIRED_FIELD_MISSING": "Required fields are missing: [{}]",
    "INVALID_FIELD_FOR_INSERT_UPDATE": (
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is "
        "read/write for your profile or permission set."
    ),
}


def _message(problem: FieldProblem, names: Names) -> str:
    name = names.of(problem.fields[0]) if problem.fields else ""
    write = _MESSAGES.get(problem.problem)
    return write(problem, name, names) if write else problem.message


def _malformed(problem: FieldProblem, name: str, names: Names) -> str:
    value = names.value(problem)
    return (
        f"Cannot deserialize instance of {names.type(name)} from {_token(value)} value {_shown(value)} "
        f"or request may be missing a required field at [line:1, column:{names.position(name, value)}]"
    )


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return f"VALUE_{str(value).upper()}"
    kinds = {str: "VALUE_STRING", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT", dict: "START_OBJECT"}
    return next((word for kind, word in kinds.items() if isinstance(value, kind)), "START_ARRAY")


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."


def _holder(problem: FieldProblem, names: Names) -> str:
    """The record that has the value, if it is still there."""
    rows = names.sobject.rows().filter(**{problem.fields[0]: problem.value})
    key = rows.values_list("pk", flat=True).first()
    return "<unknown>" if key is None else names.sobject.id_of(key)


_MESSAGES: Mapping[Problem, Callable[[FieldProblem, str, Names], str]] = {
    Problem.MALFORMED: _malformed,
    Problem.TOO_LONG: lambda problem, name, names: (
        f"{names.label(name)}: data value too large: {_shown(names.value(problem))} (max length={names.length(name)})"
    ),
    Problem.NOT_IN_PICKLIST: lambda problem, name, names: (
        f"{names.label(name)}: bad value for restricted picklist field: {_shown(names.value(problem))}"
    ),
    Problem.MALFORMED_ID: lambda problem, name, names: (
        f"{names.label(name)}: id value of incorrect type: {_shown(problem.value)}"
    ),
    Problem.NO_SUCH_RECORD: lambda problem, name, names: "invalid cross reference id",
    Problem.DUPLICATE: lambda problem, name, names: (
        f"duplicate value found: {name} duplicates value on record with id: {_holder(problem, names)}"
    ),
    Problem.CONTRADICTION: lambda problem, name, names: f"{names.label(name)}: {problem.message}",
}


def unknown_field(sobject: SObject, name: str) -> Rejected:
    return Rejected(Mistake("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}", [name]))
