"""What the Salesforce dialects on the platform host share: bearer tokens, and errors as an array."""

import json
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.operations import prolong
from apps.accounts.tokens import signed_in
from apps.common.errors import Forbidden, NotFound
from apps.facades.base import TenantView

logger = logging.getLogger(__name__)
_SCHEMES = ("bearer", "oauth")  # the older word appears in samples (sobjects 2.2)


class BearerToken(BaseAuthentication):
    """An access token in the Authorization header, never in a parameter (P-38)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in _SCHEMES or not token:
            return None
        found = signed_in(token.strip())
        if found is None or found.is_expired:
            raise exceptions.AuthenticationFailed
        if "api" not in found.scopes:
            raise exceptions.PermissionDenied
        prolong(found)
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class StrictJSON(JSONParser):
    """JSON in UTF-8, whatever nesting, numbers or characters somebody thinks of."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode("utf-8-sig")
            data = json.loads(text, parse_constant=_no_number)
            if "\\ud" in text.lower():  # an escape may name half a character, which no answer could repeat
                json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            problem = "half a character" if isinstance(error, UnicodeEncodeError) else str(error)
            raise exceptions.ParseError(problem) from error
        return data


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON value")


class UTF8JSON(JSONRenderer):
    charset = "UTF-8"  # clients look for it (sobjects 2.2)


class OneRepresentation(BaseContentNegotiation):
    """JSON whatever the client accepts: an Accept that admits nothing of ours counts as missing (C-35)."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        content_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: Any = None) -> Any:
        first = next(iter(renderers))
        return first, first.media_type


Error = dict[str, Any]


class SalesforceView(TenantView):
    """Signed in by a bearer token; `errors_of` is the façade's own table."""

    authentication_classes = [BearerToken]
    permission_classes = [IsAuthenticated]
    parser_classes: Sequence[type[BaseParser]] = [StrictJSON]
    renderer_classes: Sequence[type[BaseRenderer]] = [UTF8JSON]
    content_negotiation_class = OneRepresentation

    def errors_of(self, error: Exception) -> tuple[int, list[Error]] | None:
        """Status and errors for an error of the façade's own; None leaves it to the table below."""
        return None

    def handle_exception(self, exc: Exception) -> Response:
        code, errors = self.errors_of(exc) or common_errors(exc, self.allowed_methods, self.request)
        headers = {"WWW-Authenticate": "Token"} if code == 401 else {}
        if code == status.HTTP_405_METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(self.allowed_methods)
        return Response(errors, status=code, headers=headers)


def common_errors(exc: Exception, allowed: Sequence[str], request: Any) -> tuple[int, list[Error]]:
    """Errors that read the same in every Salesforce dialect (engagement 8.2, sobjects 11.2)."""
    match exc:
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return 401, [error("INVALID_SESSION_ID", "The session has expired or is not valid.")]
        case exceptions.PermissionDenied() | Forbidden():
            return 403, [error("INSUFFICIENT_ACCESS", "insufficient access rights on the object or record")]
        case NotFound() | Http404():
            return 404, [error("NOT_FOUND", "The requested resource does not exist")]
        case exceptions.MethodNotAllowed():
            message = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(allowed)}"
            return 405, [error("METHOD_NOT_ALLOWED", message)]
        case exceptions.UnsupportedMediaType():
            return 415, [error("UNSUPPORTED_MEDIA_TYPE", "Content Type not supported")]
        case exceptions.ParseError():
            return 400, [error("JSON_PARSER_ERROR", f"The request body cannot be read: {exc.detail}")]
    logger.error("a request failed", exc_info=exc)
    return 500, [error("UNKNOWN_EXCEPTION", "An unexpected error occurred.")]


def error(code: str, message: str, fields: Sequence[str] = ()) -> Error:
    return {"errorCode": code, "message": message} | ({"fields": list(fields)} if fields else {})
