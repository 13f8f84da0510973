"""What a new record has in documented fields that nobody says anything about: the administrator's defaults."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from apps.objects import catalogue, registry
from apps.objects.registry import SObject
from apps.tenants import scope

_KEPT = 512


def defaults_of(sobject: SObject) -> Mapping[str, Any]:
    """Column -> value, as a client would send it. No tenant starts with any: an absent Status stays null (C-10)."""
    tenant = scope.tenant()
    return _defaults(sobject.name, tenant.pk, tenant.catalogue_version)


@lru_cache(maxsize=_KEPT)
def _defaults(name: str, tenant_id: int, version: int) -> Mapping[str, Any]:
    sobject = registry.named(name)
    current = catalogue.current()
    found = {}
    for declared, column in sobject.fields.values():
        if declared.picklist and declared.createable and (value := current.default(sobject.name, declared.api_name)):
            found[column] = value
    types = current.record_types.get(sobject.name, {}).values()
    for row in types:
        if row.is_default and row.is_active and "recordtypeid" in sobject.fields:
            found[sobject.fields["recordtypeid"][1]] = row.public_id  # type: ignore[attr-defined]
    return found
