"""HTTP Basic, for clients that send it with every request."""

import base64
import binascii

from apps.accounts.models import User
from apps.accounts.operations.sign_in import count_guess, was_guessed_often
from apps.accounts.passwords import holder


def user_for(header: str | None) -> User | None:
    """The user of an `Authorization: Basic ...` header who may sign in, or None."""
    return user_with(*(credentials(header or "") or ("", "")))


def user_with(username: str, password: str) -> User | None:
    """The user of this name, if the password is right and nobody has switched the user or its tenant off.

    Wrong ones count as at signing in; after too many, none is looked at for a while.
    """
    if not username or was_guessed_often(username):
        return None
    user = holder(username, password)
    if user is None:
        count_guess(username)
    return user if user and user.may_sign_in else None


def credentials(header: str) -> tuple[str, str] | None:
    """Name and secret of a Basic header; None if it is none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret
