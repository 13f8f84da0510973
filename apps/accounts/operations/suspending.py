"""Whole organisations that are shut for a while. Not for its own administrators: it is the house that decides."""

from django.db import transaction
from oauth2_provider.models import AccessToken

from apps.tenants.models import Tenant


@transaction.atomic
def suspend(tenant: Tenant) -> None:
    """Nobody of the tenant signs in any more, and every session of its people ends; approvals and records stay."""
    tenant.is_active = False
    tenant.save(update_fields=["is_active"])
    AccessToken.objects.filter(user__tenant=tenant).delete()


def resume(tenant: Tenant) -> None:
    """Its people may sign in again."""
    tenant.is_active = True
    tenant.save(update_fields=["is_active"])
