"""Assertions that a client signs with its own key (sobjects 12.1)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import jwt

from apps.accounts.keys import public_key
from apps.accounts.models import ApiClient
from apps.accounts.operations.sign_in import use_assertion
from apps.common import clock
from apps.common.storable import unstorable
from apps.facades.salesforce_oauth.clients import known
from apps.facades.salesforce_oauth.errors import OAuthError

ALGORITHM = "RS256"
_LONGEST_LIFE = 180  # seconds
_AHEAD = 30  # seconds that the client's clock may be ahead of ours
_VENDOR = ".salesforce.com"  # unmodified clients name the vendor's host, whichever server they are sent to
_LONGEST_ID = 255


@dataclass(frozen=True)
class Assertion:
    client: ApiClient
    username: str


def verified(text: str, ours: str) -> Assertion:
    """What an assertion says, if its client signed it for us (`ours`: our own address). Raises OAuthError."""
    claims = _unverified(text)
    client = known(_text(claims, "iss"))
    key = public_key(client.certificate)
    if key is None:
        raise _invalid("no certificate is stored for this client")
    try:
        jwt.api_jws.decode_complete(text, key, algorithms=[ALGORITHM])
    except jwt.PyJWTError:
        raise _invalid("invalid assertion") from None
    if not _is_for_us(claims.get("aud"), ours):
        raise _invalid("Audience validation failed")
    expires = _expiry(claims)
    jti = claims.get("jti")
    if jti is not None and not use_assertion(client, _text(claims, "jti"), expires_at=expires):
        raise _invalid("the assertion was used before")
    return Assertion(client, _text(claims, "sub"))


def _unverified(text: str) -> Mapping[str, Any]:
    try:
        if jwt.get_unverified_header(text).get("alg") != ALGORITHM:
            raise _invalid("invalid assertion")
        claims: Mapping[str, Any] = jwt.decode(text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise _invalid("invalid assertion") from None
    return claims


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > _LONGEST_ID or unstorable(value):
        raise _invalid(f"the assertion has no usable {name}")
    return value


def _is_for_us(audience: Any, ours: str) -> bool:
    if isinstance(audience, list):
        return any(isinstance(one, str) and _is_for_us(one, ours) for one in audience)
    if not isinstance(audience, str):
        return False
    try:
        asked = urlsplit(audience)
    except ValueError:
        return False
    return f"{asked.scheme}://{asked.netloc}" == ours or (
        asked.scheme == "https" and f".{asked.netloc}".endswith(_VENDOR)
    )


def _expiry(claims: Mapping[str, Any]) -> datetime:
    """When it expires; clients write it as a number or as text."""
    expires = _seconds(claims.get("exp"))
    ahead = expires - clock.now().timestamp()
    if ahead <= 0:
        raise _invalid("the assertion has expired")
    if ahead > _LONGEST_LIFE + _AHEAD:
        raise _invalid("the assertion lives longer than three minutes")
    return datetime.fromtimestamp(expires, UTC)


def _seconds(value: Any) -> float:
    try:
        seconds = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds):
        raise _invalid("the assertion has no usable exp")
    return seconds


def _invalid(description: str) -> OAuthError:
    return OAuthError("invalid_grant", description)
