"""Whether a secret is the right one. Hashing takes a third of a second, so what was right once is remembered."""

import hashlib
import hmac
import secrets
import string
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import salted_hmac

from apps.accounts.models import User
from apps.common.storable import unstorable

_PEPPER = secrets.token_bytes(32)  # of this process: what the cache holds is useless outside it
_LETTERS = string.ascii_letters + string.digits
_TOKEN_LENGTH = 24


def is_right(password: str, encoded: str) -> bool:
    """Whether the password is the one that was hashed."""
    return _matches(hmac.new(_PEPPER, password.encode(), hashlib.sha256).digest(), encoded, _Secret(password))


def holder(username: str, password: str) -> User | None:
    """Whose name and password these are, whether or not that user may sign in.

    The user's security token may stand behind the password, as clients of the original send it.
    """
    if not username or unstorable(username + password):
        return None
    user = User.objects.select_related("tenant").filter(username=username).first()
    if user is None:
        make_password(password)  # as slow as a wrong password, so that names cannot be guessed by the clock
        return None
    bare = password.removesuffix(security_token(user))
    return user if is_right(bare, user.password) or (bare != password and is_right(password, user.password)) else None


def security_token(user: User) -> str:
    """What clients may append to the user's password. It follows from the password, and so changes with it."""
    mark = int.from_bytes(salted_hmac("security token", f"{user.pk}:{user.password}", algorithm="sha256").digest())
    letters = []
    for _ in range(_TOKEN_LENGTH):
        mark, letter = divmod(mark, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)


class _Secret(str):
    """Equal to every other, so that the cache below keys on the digest and never on the password itself."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Secret)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=10_000)
def _matches(digest: bytes, encoded: str, password: _Secret) -> bool:
    """A changed password has another `encoded` and so another answer."""
    return check_password(str(password), encoded)
