"""API keys (cxengage 2.1)."""

import secrets

from django.db import transaction

from apps.accounts.models import ApiKey, User, UserRole
from apps.accounts.operations.roles import assign
from apps.accounts.operations.setup import drop, keep, save_noted
from apps.accounts.operations.tokens import end_all
from apps.accounts.roles import Role
from apps.tenants import scope


@transaction.atomic
def configure_key(key: ApiKey, *, role: UserRole, is_enabled: bool, by: User) -> str | None:
    """Add or change a key. Returns the secret of a new one, which is shown this once; None otherwise.

    Raises as `keep`, and Forbidden for a role that allows more than that of `by`. A disabled one loses its tokens.
    """
    is_new = key._state.adding
    before = None if is_new else User.objects.get(pk=key.user_id)
    user = before or User(
        tenant=scope.tenant(), username=f"key-{secrets.token_hex(12)}", is_key=True, role=Role.INTEGRATION
    )
    assign(user, role, before=before, by=by)
    user.first_name, user.is_active = key.name, is_enabled
    secret = secrets.token_urlsafe(32) if is_new else None
    if secret:
        user.set_password(secret)
    save_noted(user, by=by)
    key.user = user
    keep(key, by=by)
    if not is_enabled:
        end_all(user=user)
    return secret


@transaction.atomic
def remove_key(key: ApiKey, *, by: User) -> None:
    """The key opens nothing any more; what it did stays, in its name. Raises as `keep`."""
    user = key.user
    user.is_active = False
    user.stamp(by)
    drop(key, by=by)
    user.save()
    end_all(user=user)
