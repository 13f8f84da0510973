"""Who a browser's cookie says it is, for the push process, which runs no middleware."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.sessions import DUE


def signed_in(request: HttpRequest) -> User | None:
    """The active user of the request's session, or None. Sets `request.session`. Blocks."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    if request.session.get(DUE):
        return None
    user = get_user(request)
    return user if isinstance(user, User) else None
