"""From our errors to this dialect's status codes and bodies (V-10, V-11)."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from apps.common import errors
from apps.common.errors import Problem
from apps.voice_calls.operations.limits import LimitExceeded
from apps.voice_calls.operations.signals import StillOpen

log = logging.getLogger(__name__)


class CallCenterMismatch(errors.Forbidden):
    """The body names another call centre than the token (V-04)."""


class FeatureDisabled(errors.Forbidden):
    """This call centre has no unified routing (V-47)."""


class RoutingFailed(errors.NotAllowed):
    """Nothing fits, or what fits has no name at the telephone system (V-52)."""


@contextmanager
def routing() -> Iterator[None]:
    """What may not be in here is a failed routing."""
    try:
        yield
    except errors.NotAllowed as refused:
        raise RoutingFailed(str(refused)) from refused


_CODES: Mapping[type[Exception], tuple[int, str]] = {
    exceptions.ParseError: (400, "MALFORMED_BODY"),
    exceptions.NotAuthenticated: (401, "INVALID_TOKEN"),
    exceptions.AuthenticationFailed: (401, "INVALID_TOKEN"),
    exceptions.MethodNotAllowed: (405, "METHOD_NOT_ALLOWED"),
    exceptions.UnsupportedMediaType: (415, "UNSUPPORTED_MEDIA_TYPE"),
    CallCenterMismatch: (403, "CALL_CENTER_MISMATCH"),
    FeatureDisabled: (403, "FEATURE_DISABLED"),
    RoutingFailed: (400, "ROUTING_FAILED"),
    StillOpen: (409, "CONVERSATION_NOT_CLOSED"),
    errors.NotFound: (404, "CALL_NOT_FOUND"),
}


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """The documented body for any error. What we do not know is logged, and told without its internals."""
    if isinstance(error, LimitExceeded):  # the prefix is what administrators are told to look for (V-11)
        return _response(429, "LIMIT_EXCEEDED", [f"SCV_LIMITS_ERROR: {error}"], {"Retry-After": "1"})
    if isinstance(error, errors.Invalid):
        missing = error.problems[0].problem == Problem.REQUIRED
        code = "MISSING_PARAMETER" if missing else "INVALID_PARAMETER"
        return _response(400, code, [problem.message for problem in error.problems])
    status, code = next((found for kind, found in _CODES.items() if isinstance(error, kind)), (500, "INTERNAL_ERROR"))
    if status == 500:
        log.error("A telephony request failed", exc_info=error)
        return _response(status, code, ["Something went wrong on our side. Repeating the request is safe."])
    return _response(status, code, [str(getattr(error, "detail", error))], _headers(error))


def code_of(data: Any) -> tuple[str, str]:
    """The code and the message of an answered error."""
    told = data if isinstance(data, Mapping) else {}
    return str(told.get("errorCode", "")), str(told.get("message", ""))


def _headers(error: Exception) -> dict[str, str]:
    header = getattr(error, "auth_header", None)
    return {"WWW-Authenticate": header} if header else {}


def _response(status: int, code: str, messages: list[str], headers: dict[str, str] | None = None) -> Response:
    body = {"errorCode": code, "message": messages[0], "errors": messages}
    return Response(body, status=status, headers=headers)


_UNANSWERED = {
    400: ("MALFORMED_BODY", "The request cannot be read."),
    403: ("FEATURE_DISABLED", "This is not permitted."),
    404: ("CALL_NOT_FOUND", "There is no such resource."),
    500: ("INTERNAL_ERROR", "Something went wrong on our side. Repeating the request is safe."),
    503: ("INTERNAL_ERROR", "The service is not available at the moment. Repeating the request is safe."),
}


def unanswered(status: int) -> HttpResponse:
    """For a request that no view answered."""
    code, message = _UNANSWERED[status]
    return JsonResponse({"errorCode": code, "message": message, "errors": [message]}, status=status)
