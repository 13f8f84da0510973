"""Reading what a client sent: JSON objects, and the parts that operations ask for."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.http import HttpRequest

from apps.facades.genesys.errors import missing, outside_values

Body = Mapping[str, Any]


def json_object(request: HttpRequest) -> Body:
    """The request's body. Raises Invalid unless it is one JSON object; an absent body is an empty one."""
    raw = request.body
    try:
        body = json.loads(raw, parse_constant=_no_number) if raw.strip() else {}
    except (ValueError, RecursionError):
        raise outside_values("body", "the body is not valid JSON") from None
    if not isinstance(body, dict):
        raise outside_values("body", "the body is not a JSON object")
    return body


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def required(body: Body, name: str) -> Any:
    if body.get(name) is None:
        raise missing(name)
    return body[name]


def text(body: Body, name: str) -> str:
    value = required(body, name)
    if not isinstance(value, str):
        raise outside_values(name, f"{name} is not a string")
    return value


def flag(body: Body, name: str) -> bool | None:
    """A switch; None where it is not given."""
    value = body.get(name)
    if value not in (None, True, False, "true", "false"):
        raise outside_values(name, f"{name} is neither true nor false")
    return None if value is None else value in (True, "true")


def pairs(body: Body) -> Body:
    """The `userData` object."""
    value = required(body, "userData")
    if not isinstance(value, dict):
        raise outside_values("userData", "userData is not an object")
    return value


def keys(body: Body) -> list[str]:
    """The keys to delete: named by a `keys` array or by a `userData` object whose values do not matter."""
    if body.get("keys") is None:
        return list(pairs(body))
    found = body["keys"]
    if not isinstance(found, list) or not all(isinstance(key, str) for key in found):
        raise outside_values("keys", "keys is not an array of strings")
    return found
