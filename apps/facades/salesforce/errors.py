"""Errors that read the same in every Salesforce dialect (engagement 8.2, sobjects 11.2)."""

import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from psycopg import errors as postgres
from rest_framework import exceptions

from apps.common.errors import Forbidden, NotFound

logger = logging.getLogger(__name__)

Error = dict[str, Any]
_LOCKED = (postgres.DeadlockDetected, postgres.LockNotAvailable, postgres.SerializationFailure)


class TooLong(Exception):
    """The address, or the address with the headers, is longer than anybody needs (sobjects 2.1)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LimitExceeded(Exception):
    """The tenant has made all the requests that it may make in a day."""


def error(code: str, message: str, fields: Sequence[str] = ()) -> Error:
    return {"errorCode": code, "message": message} | ({"fields": list(fields)} if fields else {})


def common_errors(exc: Exception, allowed: Sequence[str], request: Any) -> tuple[int, list[Error]]:
    """Status and body for what no façade's own table knows."""
    match exc:
        case exceptions.MethodNotAllowed():
            message = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(allowed)}"
            return 405, [error("METHOD_NOT_ALLOWED", message)]
        case exceptions.ParseError():
            return 400, [error("JSON_PARSER_ERROR", f"The request body cannot be read: {exc.detail}")]
        case TooLong():
            return exc.status, [error("REQUEST_TOO_LONG", "The request's address and headers are too long")]
    for kinds, status, answer in _TABLE:
        if isinstance(exc, kinds):
            return status, [answer]
    if isinstance(exc, OperationalError | InterfaceError):
        return _of_database(exc)
    logger.error("a request failed", exc_info=exc)
    return 500, [_UNANSWERED[500]]


_TABLE: Sequence[tuple[tuple[type[Exception], ...], int, Error]] = (
    (
        (exceptions.NotAuthenticated, exceptions.AuthenticationFailed),
        401,
        error("INVALID_SESSION_ID", "Session expired or invalid"),
    ),
    (
        (exceptions.PermissionDenied, Forbidden),
        403,
        error("INSUFFICIENT_ACCESS", "insufficient access rights on the object or record"),
    ),
    ((LimitExceeded,), 403, error("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")),
    ((RequestDataTooBig,), 413, error("REQUEST_TOO_LONG", "The request's body is too long")),
    ((UnreadablePostError,), 400, error("JSON_PARSER_ERROR", "The request's body broke off")),
    ((NotFound, Http404), 404, error("NOT_FOUND", "The requested resource does not exist")),
    (
        (exceptions.UnsupportedMediaType,),
        415,
        error("UNSUPPORTED_MEDIA_TYPE", "Content Type not supported"),
    ),
)


_UNANSWERED = {
    400: error("JSON_PARSER_ERROR", "The request cannot be read"),
    403: error("INSUFFICIENT_ACCESS", "insufficient access rights on the object or record"),
    404: error("NOT_FOUND", "The requested resource does not exist"),
    500: error("UNKNOWN_EXCEPTION", "An unexpected error occurred."),
    503: error("SERVER_UNAVAILABLE", "The service is not available at the moment."),
}


def unanswered(status: int) -> HttpResponse:
    """For a request that no view answered."""
    return JsonResponse([_UNANSWERED[status]], safe=False, status=status, content_type="application/json;charset=UTF-8")


def _of_database(exc: Exception) -> tuple[int, list[Error]]:
    """Two writers met, which is worth another try; or the database is away."""
    if isinstance(exc.__cause__, _LOCKED):
        return 403, [error("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")]
    logger.error("the database does not answer", exc_info=exc)
    return 503, [_UNANSWERED[503]]
