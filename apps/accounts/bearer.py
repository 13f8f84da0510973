"""Bearer tokens, for clients that send one with every request."""

from apps.accounts.models import User
from apps.accounts.operations import prolong
from apps.accounts.tokens import signed_in


def user_for(text: str) -> User | None:
    """The user of a token that opens data, or None. Using it prolongs it."""
    found = signed_in(text)
    if found is None or found.is_expired or not found.opens_data:
        return None
    prolong(found)
    return found.user
