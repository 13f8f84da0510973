"""Our errors in CxEngage's words (X-03, X-04): one table, used by the exception handler of every view here."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from apps.accounts.pacing import TooMany
from apps.accounts.permissions import Permission
from apps.common.errors import Forbidden, Invalid, NotAllowed, NotFound, SwitchroomError

_STATUS: list[tuple[type[SwitchroomError], int, str]] = [
    (Invalid, 400, "The request has invalid parameters."),
    (Forbidden, 403, "You are not permitted to do this."),
    (NotFound, 404, "There is no such resource."),
    (NotAllowed, 409, "This is not possible in the present state."),
]


class Gone(NotAllowed):
    """The interaction or session has ended (X-09)."""


class UnknownStatistic(NotFound):
    """No statistic has this name (X-54)."""

    def __init__(self, name: object) -> None:
        super().__init__("Unknown statistic.")
        self.name = name


class Refused(Forbidden):
    """The caller has none of these permissions."""

    def __init__(self, *any_of: Permission) -> None:
        super().__init__("You are not permitted to do this.")
        self.any_of = any_of


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error; None lets what is a defect of ours pass."""
    if isinstance(error, TooMany):
        body = {"error": {"message": str(error), "attribute": None}}
        return Response(body, status=429, headers={"Retry-After": str(error.retry_after)})
    if isinstance(error, exceptions.APIException):
        return _of_the_framework(error)
    if isinstance(error, Gone):
        return _answer(410, str(error), error)
    if isinstance(error, UnknownStatistic):
        return _answer(404, str(error), error)
    for kind, status, message in _STATUS:
        if isinstance(error, kind):
            return _answer(status, message, error)
    return None


def _answer(status: int, message: str, error: SwitchroomError) -> Response:
    body: dict[str, Any] = {"message": message, "attribute": _attribute(error)}
    if isinstance(error, Forbidden):
        body["expectedPermissions"] = [str(each) for each in error.any_of] if isinstance(error, Refused) else []
    return Response({"error": body}, status=status)


def _attribute(error: SwitchroomError) -> dict[str, Any] | None:
    """What is wrong with which field."""
    if isinstance(error, UnknownStatistic):
        return {"statistic": error.name}
    if not isinstance(error, Invalid):
        return None
    return {name: problem.message for problem in error.problems for name in problem.fields} or None


def _of_the_framework(error: exceptions.APIException) -> Response:
    """Not signed in, an unreadable body, a method that is not served."""
    message = error.detail if isinstance(error.detail, str) else "The request has invalid parameters."
    header = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": header} if header else None
    return Response({"error": {"message": str(message), "attribute": None}}, status=error.status_code, headers=headers)


_UNANSWERED = {
    400: "The request has invalid parameters.",
    403: "You are not permitted to do this.",
    404: "There is no such resource.",
    500: "Something went wrong on our side.",
    503: "The service is not available at the moment.",
}


def unanswered(status: int) -> HttpResponse:
    """For a request that no view answered."""
    refused: dict[str, Any] = {"expectedPermissions": []} if status == 403 else {}
    return JsonResponse({"error": {"message": _UNANSWERED[status], "attribute": None} | refused}, status=status)
