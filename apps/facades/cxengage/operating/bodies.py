"""What a body says, value by value. Whatever is not as it should be is a 400 that names the field (X-04)."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.storable import unstorable
from apps.facades.cxengage.payloads.formats import uuid_of

Body = Mapping[str, Any]


def refused(name: str, message: str, problem: Problem = Problem.MALFORMED) -> Invalid:
    return Invalid(FieldProblem(problem, [name], message))


def json_object(value: Any) -> Body:
    """The whole body. Raises Invalid unless it is an object of what can be kept."""
    if not isinstance(value, dict):
        raise refused("body", "must be a JSON object")
    if problem := unstorable(value):
        raise refused("body", problem)
    return value


def optional(body: Body, name: str, longest: int = 255) -> str | None:
    """A text, or None if it is missing, null or empty."""
    value = body.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise refused(name, "must be a text")
    if len(value) > longest:
        raise refused(name, f"must have at most {longest} characters", Problem.TOO_LONG)
    return value


def text(body: Body, name: str, longest: int = 255) -> str:
    found = optional(body, name, longest)
    if found is None or not found.strip():
        raise refused(name, "is required", Problem.REQUIRED)
    return found


def word(body: Body, name: str, known: Collection[str], default: str | None = None) -> str:
    """One of the known words."""
    found = optional(body, name) or default
    if found is None:
        raise refused(name, "is required", Problem.REQUIRED)
    if found not in known:
        raise refused(name, f"must be one of {', '.join(sorted(known))}", Problem.NOT_IN_PICKLIST)
    return found


def optional_id(body: Body, name: str) -> UUID | None:
    found = optional(body, name)
    if found is None:
        return None
    uuid = uuid_of(found)
    if uuid is None:
        raise refused(name, "must be a UUID", Problem.MALFORMED_ID)
    return uuid


def required_id(body: Body, name: str) -> UUID:
    found = optional_id(body, name)
    if found is None:
        raise refused(name, "is required", Problem.REQUIRED)
    return found


def nested(body: Body, name: str) -> Body | None:
    """An object within the body."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise refused(name, "must be an object")
    return value


def flag(body: Body, name: str) -> bool:
    value = body.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise refused(name, "must be true or false")
    return value


def texts(body: Body, name: str) -> list[str] | None:
    """A list of texts; one alone may stand for itself."""
    value = body.get(name)
    if value is None:
        return None
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise refused(name, "must be a list of texts")
    return found
