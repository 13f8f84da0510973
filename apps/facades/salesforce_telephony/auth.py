"""The telephone system's own signed token (V-02 to V-04). It names the organisation and the call centre."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jwt
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.keys import public_key
from apps.accounts.models import User
from apps.common import clock
from apps.common.public_ids import key_of
from apps.tenants.models import ORGANIZATION_PREFIX, Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenter
from apps.voice_calls.operations import tokens

ALGORITHM = "RS256"
LONGEST_LIFE = 24 * 3600  # seconds
LEEWAY = tokens.LEEWAY.total_seconds()


class CallCenterTokens(BaseAuthentication):
    """Signs the call centre in: `request.user` is its integration user, `request.auth` the call centre itself."""

    def authenticate(self, request: Request) -> tuple[User, CallCenter]:
        token = _bearer(request.headers.get("Authorization", ""))
        claims = _unverified_claims(token)
        # No token names a tenant but by its organisation, so that claim is read first and believed last.
        key = key_of(_text(claims, "iss"), ORGANIZATION_PREFIX)
        tenant = Tenant.objects.filter(pk=key).first() if key else None
        if tenant is None:
            raise AuthenticationFailed("The token names no organisation of ours.")
        with scope(tenant):
            call_center = _call_center(_text(claims, "sub"))
            _verify_signature(token, call_center)
            expires_at = _expiry(claims)
            if jti := claims.get("jti"):
                _use_once(call_center, jti, token, expires_at)
        return call_center.integration_user, call_center

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _bearer(header: str) -> str:
    scheme, _, token = header.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or token.count(".") != 2:
        raise AuthenticationFailed("A signed bearer token is required.")
    return token


def _unverified_claims(token: str) -> Mapping[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != ALGORITHM:
            raise AuthenticationFailed(f"The token must be signed with {ALGORITHM}.")
        claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise AuthenticationFailed("The token cannot be read.") from error
    return claims


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or "\x00" in value or not value.isprintable():
        raise AuthenticationFailed(f"The token has no {name}.")
    return value


def _call_center(name: str) -> CallCenter:
    found: CallCenter | None = (
        CallCenter.objects.select_related("integration_user__tenant")
        .filter(internal_name__iexact=name, is_active=True)
        .first()
    )
    if found is None:
        raise AuthenticationFailed("The token names no active call centre.")
    return found


def _verify_signature(token: str, call_center: CallCenter) -> None:
    """Several keys are good at once while one is rotated; any of them will do."""
    for pem in call_center.keys.filter(retired_at=None).values_list("public_key", flat=True):
        key = public_key(pem)
        if key is None:
            continue
        try:
            jwt.api_jws.decode_complete(token, key, algorithms=[ALGORITHM])
        except jwt.PyJWTError:
            continue
        return
    raise AuthenticationFailed("The token's signature is not that of the call centre.")


def _expiry(claims: Mapping[str, Any]) -> datetime:
    """When the token expires; refuses one that has, that lives too long or comes from the future."""
    now = clock.now().timestamp()
    expires = _seconds(claims, "exp")
    issued = _seconds(claims, "iat") if claims.get("iat") is not None else now
    if expires + LEEWAY <= now:
        raise AuthenticationFailed("The token has expired.")
    if issued > now + LEEWAY:
        raise AuthenticationFailed("The token is not valid yet.")
    if expires - issued > LONGEST_LIFE:
        raise AuthenticationFailed("The token lives longer than a day.")
    return datetime.fromtimestamp(expires, UTC)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > 1e11:
        raise AuthenticationFailed(f"The token has no usable {name}.")
    return float(value)


def _use_once(call_center: CallCenter, jti: Any, token: str, expires_at: datetime) -> None:
    if not isinstance(jti, str) or not jti.isprintable() or len(jti) > 255:
        raise AuthenticationFailed("The token's jti cannot be used.")
    if not tokens.use_token_id(call_center, jti, token=token, expires_at=expires_at):
        raise AuthenticationFailed("The token was used before.")
