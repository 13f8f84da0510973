"""Signing a system in (sobjects 12). Grants: user name and password, and client credentials."""

import base64
import binascii
import hashlib
import hmac
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import Application

from apps.accounts.models import User
from apps.accounts.operations import issue_token


class Refused(Exception):
    """`error` and `error_description` of the answer (sobjects 12.5)."""


@method_decorator(csrf_exempt, name="dispatch")
class TokenView(View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> JsonResponse:
        try:
            if any("\x00" in value for value in request.POST.values()):
                raise Refused("invalid_request", "a parameter holds a null character")
            application = _application(*_client(request))
            user = _user(request, application)
        except Refused as refused:
            error, description = refused.args
            return _answer({"error": error, "error_description": description}, 400)
        return _answer(_token(request, user, application), 200)


def _client(request: HttpRequest) -> tuple[str, str]:
    """Client id and secret, from a Basic header or the body."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused("invalid_client", "invalid client credentials") from None
        if "\x00" in client_id:
            raise Refused("invalid_client_id", "client identifier invalid")
        return client_id, secret
    return request.POST.get("client_id", ""), request.POST.get("client_secret", "")


def _application(client_id: str, secret: str) -> Any:
    application = Application.objects.select_related("user__tenant").filter(client_id=client_id).first()
    if application is None:
        raise Refused("invalid_client_id", "client identifier invalid")
    if not check_password(secret, application.client_secret):
        raise Refused("invalid_client", "invalid client credentials")
    return application


def _user(request: HttpRequest, application: Any) -> User:
    match request.POST.get("grant_type"):
        case "client_credentials":
            user = application.user
        case "password":
            user = authenticate(
                request, username=request.POST.get("username", ""), password=request.POST.get("password", "")
            )
        case _:
            raise Refused("unsupported_grant_type", "grant type not supported")
    if user is None or user.tenant_id != application.user.tenant_id:
        raise Refused("invalid_grant", "authentication failure")
    if not user.is_active:
        raise Refused("inactive_user", "user is inactive")
    return user  # type: ignore[no-any-return]


def _token(request: HttpRequest, user: User, application: Any) -> dict[str, str]:
    base = request.build_absolute_uri("/").rstrip("/")
    identity = f"{base}/id/{user.tenant.org_id}/{user.public_id}"
    issued_at = str(int(time.time() * 1000))
    key = settings.SECRET_KEY.encode()
    signature = hmac.new(key, f"{identity}{issued_at}".encode(), hashlib.sha256).digest()
    return {
        "access_token": issue_token(user, application),
        "instance_url": base,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "signature": base64.b64encode(signature).decode(),
        "scope": "api",
    }


def _answer(body: dict[str, str], status: int) -> JsonResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
