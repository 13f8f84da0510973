"""The telephone system's own signed token (V-02 to V-04). It names the organisation and the call centre."""

import json
import math
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.keys import public_key
from apps.accounts.models import User
from apps.common import clock
from apps.common.public_ids import key_of
from apps.tenants.models import ORGANIZATION_PREFIX
from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenter
from apps.voice_calls.operations import speakers, tokens

ALGORITHM = "RS256"
LONGEST_LIFE = 24 * 3600  # seconds
LEEWAY = tokens.LEEWAY.total_seconds()


class CallCenterTokens(BaseAuthentication):
    """Signs the call centre in: `request.user` is its integration user, `request.auth` the call centre itself."""

    def authenticate(self, request: Request) -> tuple[User, CallCenter]:
        token = _bearer(request.headers.get("Authorization", ""))
        read = _read(token)
        claims = read.claims
        # No token names a tenant but by its organisation, so that claim is read first and believed last.
        key = key_of(_text(claims, "iss"), ORGANIZATION_PREFIX)
        found = speakers.find(key, _text(claims, "sub")) if key else None
        if found is None:
            raise AuthenticationFailed("The token names no organisation, or no active call centre, of ours.")
        call_center, keys = found
        request._request.named_call_center = call_center  # type: ignore[attr-defined]  # whether it is that one or not
        _verify_signature(read, keys)
        expires_at = _expiry(claims)
        if jti := claims.get("jti"):
            with scope(call_center.tenant):
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


@dataclass(frozen=True)
class _Token:
    """A token's three parts, read and not yet believed. Read by hand and once: it comes with every request."""

    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    def is_signed_with(self, key: RSAPublicKey) -> bool:
        try:
            key.verify(self.signature, self.signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


def _read(token: str) -> _Token:
    try:
        signed, _, signature = token.encode().rpartition(b".")
        head, _, payload = signed.partition(b".")
        header, claims = json.loads(_decoded(head)), json.loads(_decoded(payload))
        if not isinstance(header, dict) or not isinstance(claims, dict):
            raise ValueError("parts of a token are objects")
        read = _Token(claims, signed, _decoded(signature))
    except (ValueError, RecursionError) as error:  # also of broken base 64 and of bytes that are no text
        raise AuthenticationFailed("The token cannot be read.") from error
    if header.get("alg") != ALGORITHM or "crit" in header:
        raise AuthenticationFailed(f"The token must be signed with {ALGORITHM}.")
    return read


def _decoded(part: bytes) -> bytes:
    return b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or "\x00" in value or not value.isprintable():
        raise AuthenticationFailed(f"The token has no {name}.")
    return value


def _verify_signature(token: _Token, keys: Iterable[str]) -> None:
    """Several keys are good at once while one is rotated; any of them will do."""
    if not any(key and token.is_signed_with(key) for key in map(public_key, keys)):
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
