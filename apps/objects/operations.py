"""Changing what a tenant's records may hold. Each change moves the tenant's `catalogue_version`."""

import time
from typing import Any

from django.db import transaction

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.objects.models import CustomField, PicklistValue, RecordType
from apps.tenants import scope
from apps.tenants.models import Tenant

MOST_CUSTOM_FIELDS = 50  # of one object (engagement 1)


@transaction.atomic
def define_custom_field(object_name: str, api_name: str, kind: str, **values: Any) -> CustomField:
    """Add a custom field, or change the one of this name. Refuses the 51st of an object and names without `__c`."""
    if not api_name.endswith("__c"):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["api_name"], "The API name of a custom field ends in __c."))
    others = CustomField.objects.filter(object_name=object_name).exclude(api_name__iexact=api_name)
    if (count := others.count()) >= MOST_CUSTOM_FIELDS:
        raise Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["object_name"], f"At most {MOST_CUSTOM_FIELDS} per object."))
    values = {"label": api_name.removesuffix("__c"), "position": count, **values, "kind": kind, "api_name": api_name}
    field, _ = CustomField.objects.update_or_create(
        object_name=object_name, api_name__iexact=api_name, defaults=values, create_defaults=values
    )
    moved()
    return field


@transaction.atomic
def define_picklist_value(object_name: str, field_name: str, value: str, **values: Any) -> PicklistValue:
    """Add a value to a picklist, or change it: its label, order, state, channel, or switch it off.

    A new Status that names no state stands for New (C-08).
    """
    same = PicklistValue.objects.filter(object_name=object_name, field_name=field_name)
    if values.get("is_default_for_state"):
        same.filter(mapped_state=values["mapped_state"]).exclude(value=value).update(is_default_for_state=False)
    state = {"mapped_state": "New"} if field_name == "Status" else {}
    new = {"label": value, "position": same.count(), **state, **values}
    row, _ = PicklistValue.objects.update_or_create(
        object_name=object_name, field_name=field_name, value=value, defaults=values, create_defaults=new
    )
    moved()
    return row


@transaction.atomic
def define_record_type(object_name: str, developer_name: str, **values: Any) -> RecordType:
    """Add a record type, or change the one of this name."""
    row, _ = RecordType.objects.update_or_create(
        object_name=object_name,
        developer_name=developer_name,
        defaults=values,
        create_defaults={"name": developer_name, **values},
    )
    moved()
    return row


def moved() -> None:
    """The definitions of the tenant in scope have changed: every process reads them afresh.

    The version is drawn from the clock, not counted, so that one used in a transaction that was rolled back never
    comes again with other contents.
    """
    tenant = scope.tenant()
    tenant.catalogue_version = time.time_ns()
    Tenant.objects.filter(pk=tenant.pk).update(catalogue_version=tenant.catalogue_version)
