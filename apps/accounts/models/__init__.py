"""Who signs in: people, the clients that act for them, and what each sign-in leaves."""

from apps.accounts.models.clients import ApiClient, GrantType
from apps.accounts.models.people import USER_PREFIX, User
from apps.accounts.models.sessions import ApiSession, Approval, FailedSignIn, UsedAssertion

__all__ = [
    "USER_PREFIX",
    "ApiClient",
    "ApiSession",
    "Approval",
    "FailedSignIn",
    "GrantType",
    "UsedAssertion",
    "User",
]
