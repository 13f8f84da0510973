"""What every view of the Salesforce dialects does: tokens, the rules of addresses and headers, errors as an array."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.operations import prolong
from apps.accounts.tokens import signed_in
from apps.facades.base import TenantView
from apps.facades.salesforce.errors import Error, LimitExceeded, TooLong, common_errors
from apps.facades.salesforce.json import UTF8JSON, StrictJSON
from apps.facades.salesforce.negotiation import OneRepresentation
from apps.tenants import usage

WITHIN = "switchroom.within"  # in the environment of a subrequest: who sent the request around it, and the token
SCHEMES = ("bearer", "oauth")  # the older word appears in samples (sobjects 2.2)
_LONGEST = 16_384  # bytes, of the address, and of the address with the headers (sobjects 2.1)
_OVERRIDES = ("PATCH", "DELETE")  # what a POST may stand for (P-03)


class BearerToken(BaseAuthentication):
    """An access token in the Authorization header, never in a parameter (P-38)."""

    opens_data = True

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if WITHIN in request.META:  # no client can say that: what it sends is called HTTP_...
            return request.META[WITHIN]  # type: ignore[no-any-return]
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES or not token:
            return None
        found = signed_in(token.strip())
        if found is None or found.is_expired:
            raise exceptions.AuthenticationFailed
        if self.opens_data and not found.opens_data:
            raise exceptions.PermissionDenied
        prolong(found)
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class SalesforceView(TenantView):
    """Signed in by a bearer token; `errors_of` is the façade's own table."""

    authentication_classes = [BearerToken]
    permission_classes = [IsAuthenticated]
    parser_classes: Sequence[type[BaseParser]] = [StrictJSON]
    renderer_classes: Sequence[type[BaseRenderer]] = [UTF8JSON]
    content_negotiation_class = OneRepresentation
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # the dialects know no OPTIONS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As every façade's; a POST with `_HttpMethod` counts as the method that it names (P-03)."""
        named = request.GET.get("_HttpMethod", "").upper()
        if request.method == "POST" and named in _OVERRIDES:
            request.method = named
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As REST framework's; a subrequest may have a long address, and is not counted by itself."""
        is_whole = WITHIN not in request.META
        if is_whole:
            refuse_too_long(request)
        super().initial(request, *args, **kwargs)
        if is_whole:
            count(self.tenant_of(request))

    def errors_of(self, error: Exception) -> tuple[int, list[Error]] | None:
        """Status and errors for an error of the façade's own; None leaves it to the common table."""
        return None

    def handle_exception(self, exc: Exception) -> Response:
        code, errors = self.errors_of(exc) or common_errors(exc, self.allowed_methods, self.request)
        headers = {"WWW-Authenticate": "Token"} if code == 401 else {}
        if code == status.HTTP_405_METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(self.allowed_methods)
        return Response(errors, status=code, headers=headers)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """As REST framework's, with what the tenant has used; nobody on the way keeps an answer (sobjects 2.2)."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.content_type = f"{final.accepted_media_type};charset=UTF-8"
        if (user := getattr(request, "_user", None)) is not None:  # signing in may be what failed
            final["Sforce-Limit-Info"] = f"api-usage={usage.used(user.tenant)}/{user.tenant.daily_api_requests}"
        final.headers.setdefault("Cache-Control", "no-cache, must-revalidate, no-store")
        return final


def count(tenant: Any) -> None:
    """Raise LimitExceeded, or count one more request."""
    if usage.used(tenant) >= tenant.daily_api_requests:
        raise LimitExceeded
    usage.count(tenant)


def refuse_too_long(request: Request) -> None:
    """Raise TooLong; a path is measured as it came, which is percent-encoded."""
    path, query = request.META.get("PATH_INFO", ""), request.META.get("QUERY_STRING", "")
    length = len(path) + len(query)
    if length * 3 > _LONGEST:  # no path is longer than that when encoded, and most need no exact look
        length = len(quote(path, safe="/:@!$&'()*+,;=~")) + len(query)
    if length > _LONGEST:
        raise TooLong(status.HTTP_414_REQUEST_URI_TOO_LONG)
    if length + sum(len(name) + len(value) for name, value in request.headers.items()) > _LONGEST:
        raise TooLong(status.HTTP_431_REQUEST_HEADER_FIELDS_TOO_LARGE)
