"""Tokens: given, asked about and taken back (sobjects 12.1, 12.5)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import AccessToken

from apps.accounts.models import ApiClient, Approval
from apps.accounts.operations.tokens import revoke
from apps.accounts.refusals import SignInRefused
from apps.accounts.tokens import checksum
from apps.facades.salesforce_oauth import parameters
from apps.facades.salesforce_oauth.answers import identity_url
from apps.facades.salesforce_oauth.clients import proven
from apps.facades.salesforce_oauth.errors import REFUSALS, OAuthError
from apps.facades.salesforce_oauth.grants import GRANTS

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@method_decorator(csrf_exempt, name="dispatch")
class OAuthView(View):
    """Answers errors in OAuth's shape; nothing of it may be kept by anybody on the way."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except OAuthError as refused:
            return _refusal(refused.error, refused.description)
        except SignInRefused as refused:
            return _refusal(*REFUSALS[refused.why])

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refused = _refusal("invalid_request", f"HTTP method {request.method} is not allowed", status=405)
        refused["Allow"] = super().http_method_not_allowed(request)["Allow"]
        return refused


class TokenView(OAuthView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        sent = parameters.form(request)
        grant = GRANTS.get(parameters.needed(sent, "grant_type"))
        if grant is None:
            raise OAuthError("unsupported_grant_type", "grant type not supported")
        return _answer(grant(request, sent))


class RevokeView(OAuthView):
    """A token that nobody knows is revoked already."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._revoke(parameters.once(request.GET))

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._revoke(parameters.form(request))

    def _revoke(self, sent: Mapping[str, str]) -> HttpResponse:
        revoke(parameters.needed(sent, "token"))
        return HttpResponse(headers=_NO_STORE)


class IntrospectView(OAuthView):
    """A client may ask about the tokens that it was given itself, and learns nothing of others."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        sent = parameters.form(request)
        client = proven(request, sent)
        token = checksum(parameters.needed(sent, "token"))
        return _answer(_of_access(request, client, token) or _of_refresh(request, client, token) or {"active": False})


def _of_access(request: HttpRequest, client: ApiClient, token: str) -> dict[str, Any] | None:
    found = AccessToken.objects.select_related("user__tenant").filter(token_checksum=token, application=client).first()
    if found is None or found.is_expired() or not found.user.may_sign_in:
        return None
    return _described(request, found, found.scope) | {
        "exp": int(found.expires.timestamp()),
        "nbf": int(found.created.timestamp()),
        "token_type": "access_token",
    }


def _of_refresh(request: HttpRequest, client: ApiClient, token: str) -> dict[str, Any] | None:
    kept = Approval.objects.select_related("user__tenant").filter(application=client, revoked=None)
    found = kept.filter(token_checksum=token).first()
    if found is None or not found.user.may_sign_in:
        return None
    return _described(request, found, found.scope) | {"token_type": "refresh_token"}


def _described(request: HttpRequest, found: Any, scope: str) -> dict[str, Any]:
    return {
        "active": True,
        "scope": scope,
        "client_id": found.application.client_id,
        "username": found.user.username,
        "sub": identity_url(request, found.user),
        "iat": int(found.created.timestamp()),
    }


def _answer(body: Mapping[str, Any], status: int = 200) -> JsonResponse:
    # "application/json" alone has no charset; clients of the original are used to one.
    return JsonResponse(dict(body), status=status, headers=_NO_STORE, content_type="application/json;charset=UTF-8")


def _refusal(error: str, description: str, status: int = 400) -> JsonResponse:
    return _answer({"error": error, "error_description": description}, status)
