"""Whose words a label is: ours are translated, an administrator's stand as they were typed."""

from django.utils import translation

from apps.objects.models import CustomField, PicklistValue
from apps.tenants.models import Tenant

STATUS = {"object_name": "EngagementInteraction", "field_name": "Status"}


def test_only_what_came_with_the_system_is_translated(in_scope: Tenant) -> None:
    ours = PicklistValue(**STATUS, value="New", label="New")
    theirs = [
        PicklistValue(**STATUS, value="Fresh", label="New"),
        PicklistValue(**STATUS, value="New", label="Save"),
        PicklistValue(object_name="EngagementInteraction", field_name="Reason", value="New", label="New"),
        CustomField(label="New"),
    ]
    with translation.override("de"):
        assert ours.said == "Neu"
        assert [each.said for each in theirs] == ["New", "Save", "New", "New"]
