"""Signing in: HTTP Basic, or `Token` with what `POST /v1/tokens` gave out."""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts import basic, pacing
from apps.accounts.models import User

# Life of a token, seconds.
DEFAULT_TTL = 43_200
LONGEST_TTL = 86_400
_SALT = "cxengage.token"

CHALLENGE = 'Basic realm="CxEngage"'


def count(user: User) -> None:
    """Raises TooMany for a credential that asks more often than is allowed (X-05)."""
    pacing.count(_credential(user), a_minute=settings.CXENGAGE_REQUESTS_PER_MINUTE)


def serving(user: User) -> AbstractContextManager[None]:
    """Raises TooMany while as many requests of the credential are served as are allowed (X-05)."""
    return pacing.one_of(_credential(user), at_once=settings.CXENGAGE_REQUESTS_AT_ONCE)


def _credential(user: User) -> str:
    return f"cxengage {user.pk}"


@dataclass(frozen=True)
class Token:
    """Names a user until a moment, and no longer than the password stays the same. Signed, so nothing is stored."""

    user_id: int
    until: int
    mark: str

    @classmethod
    def make(cls, user: User, ttl: int) -> str:
        return signing.dumps([user.pk, int(time.time()) + ttl, _mark(user)], salt=_SALT)

    @classmethod
    def user_of(cls, text: str) -> User | None:
        """The active user whom a token names; None if it is not ours, ran out, or the password has changed."""
        try:
            token = cls(*signing.loads(text, salt=_SALT))
        except signing.BadSignature:
            return None
        user = User.objects.select_related("tenant").filter(pk=token.user_id).first()
        if user is None or not user.may_sign_in or time.time() >= token.until:
            return None
        return user if constant_time_compare(token.mark, _mark(user)) else None


def _mark(user: User) -> str:
    return user.get_session_auth_hash()[-24:]  # where it says, too, that all sessions were ended


class CxEngageAuthentication(BaseAuthentication):
    """`Authorization: Basic ...` or `Authorization: Token ...`; Bearer is not of this dialect."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        header = request.headers.get("Authorization", "")
        scheme, _, token = header.partition(" ")
        if scheme.lower() not in ("basic", "token"):
            return None
        user = basic.user_for(header) if scheme.lower() == "basic" else Token.user_of(token.strip())
        if user is None:
            raise AuthenticationFailed("The user name, password or token is not valid.")
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE
