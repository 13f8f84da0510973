"""What administrators defined for the tenant in scope: custom fields, picklist values and record types.

Read once per process and version, so that checking a record costs no query.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apps.objects.models import CustomField, CustomFieldKind, PicklistValue, RecordType
from apps.objects.tracked import Tracking
from apps.tenants import scope

_TENANTS_KEPT = 256


@dataclass(frozen=True)
class Catalogue:
    """One version of a tenant's definitions. The rows are shared by all threads: read them, never change them."""

    custom_fields: Mapping[str, Mapping[str, CustomField]]  # object -> lower-case API name -> field, in order
    picklists: Mapping[tuple[str, str], Mapping[str, PicklistValue]]  # (object, field) -> value -> row, in order
    record_types: Mapping[str, Mapping[int, RecordType]]  # object -> key -> row
    feeds: frozenset[str] = frozenset()  # the objects that tell changes in feeds

    def fields_of(self, object_name: str) -> Mapping[str, CustomField]:
        """The custom fields in use of an object by their lower-case API names, in definition order."""
        return self.custom_fields.get(object_name, {})

    def picklist(self, object_name: str, field_name: str) -> Mapping[str, PicklistValue]:
        """All values of a picklist, in their order, switched-off ones included."""
        return self.picklists.get((object_name, field_name), {})

    def active(self, object_name: str, field_name: str) -> Iterable[PicklistValue]:
        return [row for row in self.picklist(object_name, field_name).values() if row.is_active]

    def default_of(self, field: CustomField) -> Any:
        """What a new record gets that says nothing about the custom field."""
        if field.kind != CustomFieldKind.PICKLIST:
            return field.default_value
        return self.default(field.object_name, field.api_name)

    def default(self, object_name: str, field_name: str) -> str | None:
        """The picklist's value that is marked as default, if there is one."""
        return next((row.value for row in self.active(object_name, field_name) if row.is_default), None)


def current() -> Catalogue:
    """The catalogue of the tenant in scope, as its `catalogue_version` says."""
    tenant = scope.tenant()
    return _read(tenant.pk, tenant.catalogue_version)


@lru_cache(maxsize=_TENANTS_KEPT)
def _read(tenant_id: int, version: int) -> Catalogue:
    fields: dict[str, dict[str, CustomField]] = {}
    for field in CustomField.objects.filter(is_active=True).order_by("object_name", "position", "id"):
        fields.setdefault(field.object_name, {})[field.api_name.lower()] = field
    picklists: dict[tuple[str, str], dict[str, PicklistValue]] = {}
    for row in PicklistValue.objects.order_by("object_name", "field_name", "position", "id"):
        picklists.setdefault((row.object_name, row.field_name), {})[row.value] = row
    types: dict[str, dict[int, RecordType]] = {}
    for record_type in RecordType.objects.order_by("name"):
        types.setdefault(record_type.object_name, {})[record_type.pk] = record_type
    feeds = Tracking.objects.filter(feed__len__gt=0).values_list("object_name", flat=True)
    return Catalogue(fields, picklists, types, frozenset(feeds))
