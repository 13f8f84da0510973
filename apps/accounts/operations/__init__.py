"""Everything that changes accounts: tokens of systems, browsers' sessions, and setting people up."""

from apps.accounts.operations.sessions import forget_sessions
from apps.accounts.operations.setup import authorise, configure_tenant, configure_user, drop, keep, save_checked
from apps.accounts.operations.tokens import issue_token, prolong, register_client

__all__ = [
    "authorise",
    "configure_tenant",
    "configure_user",
    "drop",
    "forget_sessions",
    "issue_token",
    "keep",
    "prolong",
    "register_client",
    "save_checked",
]
