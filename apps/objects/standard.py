"""The picklist values and roles that every tenant starts with (engagement 2 to 4, core-model 5.2, voice 8)."""

from collections.abc import Iterator
from typing import Any

from apps.accounts.operations import install_roles
from apps.objects import operations
from apps.objects.models import PicklistValue
from apps.objects.shipped import CHANNELS, INTERACTION, PLAIN, STATES
from apps.tenants.models import Tenant


def install(tenant: Tenant) -> None:
    """Add what is missing to a tenant in scope; what an administrator changed stays."""
    PicklistValue.objects.bulk_create(_rows(tenant), ignore_conflicts=True)
    install_roles(tenant)
    operations.moved()


def _rows(tenant: Tenant) -> Iterator[PicklistValue]:
    for position, (value, state) in enumerate(STATES.items()):
        extra: dict[str, Any] = {"mapped_state": state, "is_default_for_state": True}
        yield _row(tenant, INTERACTION, "Status", value, position, **extra)
    for position, (value, channel) in enumerate(CHANNELS.items()):
        yield _row(tenant, INTERACTION, "CommunicationChannel", value, position, channel=channel)
    for (object_name, field_name), values in PLAIN.items():
        for position, value in enumerate(values):
            yield _row(tenant, object_name, field_name, value, position)


def _row(tenant: Tenant, object_name: str, field_name: str, value: str, position: int, **extra: Any) -> PicklistValue:
    return PicklistValue(
        tenant=tenant,
        object_name=object_name,
        field_name=field_name,
        value=value,
        label=value,
        position=position,
        **extra,
    )
