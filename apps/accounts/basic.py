"""HTTP Basic, for clients that send it with every request."""

import base64
import binascii
import hashlib
import hmac
import secrets
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password

from apps.accounts.models import User
from apps.common.storable import unstorable

_PEPPER = secrets.token_bytes(32)  # of this process: what the cache holds is useless outside it


def user_for(header: str | None) -> User | None:
    """The active user of an `Authorization: Basic ...` header, or None."""
    return user_with(*_credentials(header or ""))


def user_with(username: str, password: str) -> User | None:
    """The active user of this name, if the password is right."""
    if not username or unstorable(username + password):
        return None
    user = User.objects.select_related("tenant").filter(username=username, is_active=True).first()
    if user is None:
        make_password(password)  # as slow as a wrong password, so that names cannot be guessed by the clock
        return None
    return user if _matches(_digest(password), user.password, _Secret(password)) else None


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        username, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return username, password


class _Secret(str):
    """Equal to every other, so that the cache below keys on the digest and never on the password itself."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Secret)

    def __hash__(self) -> int:
        return 0


def _digest(password: str) -> bytes:
    return hmac.new(_PEPPER, password.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=10_000)
def _matches(digest: bytes, encoded: str, password: _Secret) -> bool:
    """Hashing takes a third of a second; a changed password has another `encoded` and so another answer."""
    return check_password(str(password), encoded)
