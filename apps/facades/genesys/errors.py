"""From our errors to this dialect's codes, and from codes to bodies (genesys 3.1, 5)."""

import logging
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from apps.common.errors import FieldProblem, Forbidden, Invalid, NotAllowed, NotFound, Problem
from apps.facades.genesys.auth import NotSignedIn, NotTheirs

logger = logging.getLogger(__name__)

MISSING, WRONG_STATE, FORBIDDEN, INTERNAL, NO_PERMISSION, NOT_FOUND, PARTIAL = 1, 2, 3, 4, 5, 6, 7
OUTSIDE_VALUES, READ_ONLY, IN_USE, NOT_AUTHENTICATED = 10, 11, 19, 20

# What the documentation leaves open: the HTTP status of each code (genesys 3.1).
_STATUS = {
    MISSING: 400,
    WRONG_STATE: 409,
    FORBIDDEN: 403,
    INTERNAL: 500,
    NO_PERMISSION: 403,
    NOT_FOUND: 404,
    OUTSIDE_VALUES: 400,
    READ_ONLY: 400,
    IN_USE: 409,
    NOT_AUTHENTICATED: 401,
}
_LONGEST_TEXT = 500  # characters: a name that the client sent may be as long as a body


class SessionInUse(NotAllowed):
    """An agent has one desktop at a time."""


# The first that fits decides, so that a kind stands before the kinds it is one of.
_CODES: Mapping[type[Exception], int] = {
    SessionInUse: IN_USE,
    NotSignedIn: NOT_AUTHENTICATED,
    NotTheirs: FORBIDDEN,
    NotAllowed: WRONG_STATE,
    NotFound: NOT_FOUND,
    Forbidden: NO_PERMISSION,
    exceptions.MethodNotAllowed: FORBIDDEN,
    RequestDataTooBig: OUTSIDE_VALUES,
}
_OF_PROBLEM = {Problem.REQUIRED: MISSING, Problem.NOT_WRITABLE: READ_ONLY}


class Shape(StrEnum):
    """The bodies that one operation or another answers with (genesys 5)."""

    A = "A"
    B = "B"
    C = "C"  # a success of its own, B's failures

    def success(self) -> dict[str, Any]:
        return dict(_SUCCESSES[self])

    def failure(self, code: int, text: str) -> dict[str, Any]:
        if self is Shape.A:
            return {"status": "error", "errorDescription": text}
        return {"statusCode": code, "statusMessage": text}


_SUCCESSES: Mapping[Shape, dict[str, Any]] = {
    Shape.A: {"status": "ok"},
    Shape.B: {"statusCode": 0},
    Shape.C: {"status": 0},
}


def missing(name: str) -> Invalid:
    return Invalid(FieldProblem(Problem.REQUIRED, [name], f"{name} is missing"))


def outside_values(name: str, message: str) -> Invalid:
    return Invalid(FieldProblem(Problem.MALFORMED, [name], message))


def code_of(error: Exception) -> int:
    if isinstance(error, Invalid):
        return _OF_PROBLEM.get(error.problems[0].problem, OUTSIDE_VALUES)
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), INTERNAL)


def answer(error: Exception, shape: Shape = Shape.B) -> Response:
    """The failure body of any error. What we do not know is logged, and told without its internals."""
    code = code_of(error)
    text = str(error)[:_LONGEST_TEXT]
    if code == INTERNAL:
        logger.error("a request failed", exc_info=error)
        text = "Something went wrong on our side."
    elif isinstance(error, RequestDataTooBig):
        text = "the body is too long"
    logger.info("answered with code %s: %s", code, text)
    status = error.status_code if isinstance(error, exceptions.MethodNotAllowed) else _STATUS[code]
    headers = {"WWW-Authenticate": 'Basic realm="Switchroom"'} if code == NOT_AUTHENTICATED else None
    return Response(shape.failure(code, text), status=status, headers=headers)


_UNANSWERED = {
    400: (OUTSIDE_VALUES, "the request cannot be read"),
    403: (NO_PERMISSION, "you may not do this"),
    404: (NOT_FOUND, "there is no such resource"),
    500: (INTERNAL, "Something went wrong on our side."),
    503: (INTERNAL, "The service is not available at the moment."),
}


def unanswered(status: int) -> HttpResponse:
    """For a request that no view answered."""
    return JsonResponse(Shape.B.failure(*_UNANSWERED[status]), status=status)
