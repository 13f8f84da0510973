"""Who is speaking: HTTP Basic, or the cookie of a session together with its token."""

from django.http import HttpRequest

from apps.accounts.basic import user_for
from apps.accounts.browser import signed_in
from apps.accounts.models import User
from apps.facades.cometd import csrf
from apps.facades.cometd.errors import BadToken


def user_of(request: HttpRequest) -> User | None:
    """The caller, or None. Raises BadToken for a session without its token: another site may be using the cookie."""
    if header := request.headers.get("Authorization"):
        return user_for(header)
    user = signed_in(request)
    if user and not csrf.is_valid(request, request.session.session_key or ""):
        raise BadToken
    return user
