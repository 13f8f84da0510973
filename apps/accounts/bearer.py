"""Bearer tokens, for clients that send one with every request."""

import hashlib

from oauth2_provider.models import AccessToken

from apps.accounts.models import User
from apps.accounts.operations import prolong


def token_of(text: str) -> AccessToken | None:
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return AccessToken.objects.select_related("user__tenant").filter(token_checksum=checksum).first()


def user_for(text: str, *, scope: str = "api") -> User | None:
    """The active user of a token that is valid for the scope, or None. Using it prolongs it."""
    token = token_of(text)
    if token is None or token.is_expired() or scope not in token.scope.split():
        return None
    user = token.user
    if not isinstance(user, User) or not user.is_active:
        return None
    prolong(token)
    return user
