"""What can go wrong, in our words. Every façade has one table from these to its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class SwitchroomError(Exception):
    """Somebody asked for what cannot be done. Nothing was written."""


class NotFound(SwitchroomError):
    """There is no such record, or the caller may not see it: the two are not told apart (M-25)."""


class NotAllowed(SwitchroomError):
    """The record's present state, or somebody else's claim to it, refuses the operation."""


class AlreadyDone(NotAllowed):
    """The same actor has just done the same (M-07)."""


class Outdated(NotAllowed):
    """Somebody else has changed the record since the caller read it."""


class Forbidden(SwitchroomError):
    """The caller lacks the permission."""


class Problem(StrEnum):
    """Why one value was refused."""

    MALFORMED = "malformed"  # wrong type, unreadable
    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"
    NOT_WRITABLE = "not_writable"
    NOT_IN_PICKLIST = "not_in_picklist"
    TOO_LONG = "too_long"
    OUT_OF_RANGE = "out_of_range"
    MALFORMED_ID = "malformed_id"
    WRONG_OBJECT = "wrong_object"  # a reference to a kind of record that is not allowed there
    NO_SUCH_RECORD = "no_such_record"
    CONTRADICTION = "contradiction"  # values that cannot stand together
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class FieldProblem:
    """One refused value. `fields` are our column names, dotted and indexed below a list: `attendees[0].role`."""

    problem: Problem
    fields: Sequence[str]
    message: str
    value: Any = None


class Invalid(SwitchroomError):
    """One or more values were refused."""

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
