"""A browser in which somebody has signed in before. Who guesses at that name elsewhere does not lock it out here."""

import secrets
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User

_COOKIE = "known_browser"
_DAYS = 180


def guesser(request: HttpRequest, username: str) -> str:
    """Under what wrong passwords for a name are counted: the name itself, or this browser of that name's."""
    kept = request.get_signed_cookie(_COOKIE, default="", salt=_COOKIE) or ""
    mark, _, known_as = kept.partition(" ")
    return f"{username} {mark}" if mark and known_as == _digest(username) else username


def remember(answer: HttpResponse, user: User) -> None:
    """Somebody has signed in here, with all that it takes. The last one counts."""
    answer.set_signed_cookie(
        _COOKIE,
        f"{secrets.token_urlsafe(16)} {_digest(user.username)}",
        salt=_COOKIE,
        max_age=_DAYS * 24 * 3600,
        path="/sign-in",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _digest(username: str) -> str:
    """A cookie holds no letters of other scripts, and need not say who works here."""
    return sha256(username.encode(errors="replace")).hexdigest()
