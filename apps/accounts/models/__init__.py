"""Who signs in: people, the clients that act for them, and what each sign-in leaves."""

from apps.accounts.models.clients import ApiClient, GrantType
from apps.accounts.models.keys import ApiKey
from apps.accounts.models.pace import RequestPace
from apps.accounts.models.people import USER_PREFIX, User
from apps.accounts.models.roles import BuiltIn, UserRole
from apps.accounts.models.sessions import ApiSession, Approval, FailedSignIn, UsedAssertion

__all__ = [
    "USER_PREFIX",
    "ApiClient",
    "ApiKey",
    "ApiSession",
    "Approval",
    "BuiltIn",
    "FailedSignIn",
    "GrantType",
    "RequestPace",
    "UsedAssertion",
    "User",
    "UserRole",
]
