"""From what can go wrong to Connect's codes (engagement 8.2), with the properties at fault (C-32)."""

import re

from apps.common.errors import FieldProblem, Invalid, NotFound, Problem
from apps.facades.salesforce import Error, error
from apps.facades.salesforce_connect.properties import ATTENDEE, INTERACTION, TOPIC, Kind

_CODES = {
    Problem.MALFORMED: "JSON_PARSER_ERROR",
    Problem.REQUIRED: "REQUIRED_FIELD_MISSING",
    Problem.UNKNOWN_FIELD: "INVALID_FIELD",
    Problem.NOT_WRITABLE: "INVALID_FIELD",
    Problem.NOT_IN_PICKLIST: "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    Problem.TOO_LONG: "STRING_TOO_LONG",
    Problem.OUT_OF_RANGE: "NUMBER_OUTSIDE_VALID_RANGE",
    Problem.MALFORMED_ID: "MALFORMED_ID",
    Problem.WRONG_OBJECT: "FIELD_INTEGRITY_EXCEPTION",
    Problem.NO_SUCH_RECORD: "INVALID_CROSS_REFERENCE_KEY",
    Problem.CONTRADICTION: "FIELD_INTEGRITY_EXCEPTION",
    Problem.DUPLICATE: "DUPLICATE_VALUE",
}
_LISTS = {"attendees": ("engagementAttendees", ATTENDEE), "topics": ("engagementTopics", TOPIC)}
_PATH = re.compile(r"(?:(attendees|topics)(\[\d+\])\.)?(.*)", re.DOTALL)


class UnknownVersion(Exception):
    """A version that is not served (C-18)."""


class WrongObject(Exception):
    """A well-formed id of another object in the path (C-17)."""


def errors_of(exc: Exception) -> tuple[int, list[Error]] | None:
    match exc:
        case Invalid():
            return 400, [_error_of(problem) for problem in exc.problems]
        case WrongObject():
            return 400, [error("INVALID_ID_FIELD", f"The id {exc} is not one of an engagement interaction.")]
        case NotFound():
            return 404, [error("NOT_FOUND", "The requested engagement interaction was not found.")]
        case UnknownVersion():
            return 404, [error("NOT_FOUND", "The requested resource does not exist")]
    return None


def _error_of(problem: FieldProblem) -> Error:
    properties = [_property(path) for path in problem.fields]
    message = problem.message
    if problem.problem is Problem.REQUIRED:
        names = [name.rpartition(".")[2] for name in properties]
        message = f"{names[0]} is required." if len(names) == 1 else f"Give {' or '.join(names)}."
    return error(_CODES[problem.problem], message, properties)


def _property(path: str) -> str:
    """`attendees[0].start_date_time` -> `engagementAttendees[0].startDateTime`."""
    match = _PATH.fullmatch(path)
    if match is None or not match[1]:
        return _name(path, INTERACTION)
    name, kind = _LISTS[match[1]]
    return f"{name}{match[2]}.{_name(match[3], kind)}"


def _name(column: str, kind: Kind) -> str:
    return column.replace("custom_fields", "customFieldsList") if "[" in column else kind.name_of(column)
