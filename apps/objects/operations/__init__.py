"""Changing what a tenant's records may hold. Each change moves the tenant's `catalogue_version`."""

from apps.objects.operations.custom_fields import (
    define_custom_field,
    delete_custom_field,
    holders,
    rename_custom_field,
)
from apps.objects.operations.picklists import (
    define_picklist_value,
    delete_picklist_value,
    rename_picklist_value,
    replace_picklist_value,
)
from apps.objects.operations.record_types import define_record_type, delete_record_type, rename_record_type
from apps.objects.operations.tracking import delete_feed_item, set_tracking
from apps.objects.operations.version import changing, moved

__all__ = [
    "changing",
    "define_custom_field",
    "define_picklist_value",
    "define_record_type",
    "delete_custom_field",
    "delete_feed_item",
    "delete_picklist_value",
    "delete_record_type",
    "holders",
    "moved",
    "rename_custom_field",
    "rename_picklist_value",
    "rename_record_type",
    "replace_picklist_value",
    "set_tracking",
]
