"""Who is speaking: HTTP Basic, a bearer token, or the cookie of a session together with its own token."""

from django.conf import settings
from django.http import HttpRequest

from apps.accounts import basic, bearer
from apps.accounts.browser import signed_in
from apps.accounts.models import User
from apps.facades.cometd import csrf
from apps.facades.cometd.errors import BadToken


def user_of(request: HttpRequest) -> User | None:
    """The caller, or None. Raises BadToken for a session without its token: another site may be using the cookie."""
    header = request.headers.get("Authorization", "")
    is_forgeable = not header or settings.CSRF_ALWAYS
    owner = signed_in(request) if is_forgeable else None
    user = _user_of(header) if header else owner
    if user and is_forgeable and not csrf.is_valid(request, request.session.session_key or ""):
        raise BadToken
    return user


def _user_of(header: str) -> User | None:
    scheme, _, credentials = header.partition(" ")
    return bearer.user_for(credentials.strip()) if scheme.lower() == "bearer" else basic.user_for(header)


def bearer_of(request: HttpRequest) -> User | None:
    """The caller by a token alone; `OAuth` is the scheme's older word."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return bearer.user_for(token.strip()) if scheme.lower() in ("bearer", "oauth") else None
