"""Everything that changes accounts: tokens and clients of systems, browsers' sessions, and setting people up."""

from apps.accounts.operations.clients import configure_client, register_client
from apps.accounts.operations.keys import configure_key, remove_key
from apps.accounts.operations.passwords import change_password, set_password
from apps.accounts.operations.people import configure_user
from apps.accounts.operations.roles import configure_role, holders, install_roles, remove_role, role_of
from apps.accounts.operations.sessions import forget_sessions, sign_out_everywhere
from apps.accounts.operations.setup import (
    authorise,
    configure_tenant,
    drop,
    drop_unused,
    hold,
    keep,
    save_checked,
    save_noted,
)
from apps.accounts.operations.tokens import issue_token, prolong

__all__ = [
    "authorise",
    "change_password",
    "configure_client",
    "configure_key",
    "configure_role",
    "configure_tenant",
    "configure_user",
    "drop",
    "drop_unused",
    "forget_sessions",
    "hold",
    "holders",
    "install_roles",
    "issue_token",
    "keep",
    "prolong",
    "register_client",
    "remove_key",
    "remove_role",
    "role_of",
    "save_checked",
    "save_noted",
    "set_password",
    "sign_out_everywhere",
]
