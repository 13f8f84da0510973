"""Everything that changes accounts: tokens of systems, and setting people up."""

from apps.accounts.operations.setup import configure_user, drop, keep
from apps.accounts.operations.tokens import issue_token, prolong, register_client

__all__ = ["configure_user", "drop", "issue_token", "keep", "prolong", "register_client"]
