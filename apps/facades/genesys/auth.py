"""Signing in: HTTP Basic, a bearer token, or the cookie that either of them opened (genesys 2)."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.accounts import bearer
from apps.accounts.basic import user_for
from apps.accounts.models import User
from apps.accounts.sessions import PASSWORD_ALONE
from apps.facades.cometd import csrf

_SAFE = {"GET", "HEAD", "OPTIONS"}


class NotSignedIn(Exception):
    """No credentials, or wrong ones."""


class NotTheirs(Exception):
    """A change that a browser may have sent without its user's knowing: the token is missing or foreign."""


class GenesysSignIn(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, None]:
        """The user; opens the HTTP session. Raises NotSignedIn and NotTheirs, which the façade's table answers."""
        plain = request._request
        header = plain.headers.get("Authorization", "")
        user = _user_of(header) if header else plain.user if plain.user.is_authenticated else None
        if user is None:
            raise NotSignedIn("The user name, the password or the token is not valid." if header else "Sign in first.")
        if not header or settings.CSRF_ALWAYS:
            _check_token(plain)
        if plain.user.pk != user.pk:
            login(plain, user)  # from now on the cookie alone suffices
            plain.session[PASSWORD_ALONE] = True
        return user, None


def _check_token(request: HttpRequest) -> None:
    if request.method not in _SAFE and not csrf.is_valid(request, request.session.session_key or ""):
        raise NotTheirs("CSRF token missing or invalid")


def _user_of(header: str) -> User | None:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() == "basic":
        return user_for(header)
    return bearer.user_for(credentials.strip()) if scheme.lower() == "bearer" else None
