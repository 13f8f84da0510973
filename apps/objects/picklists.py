"""Which picklists there are, and what an administrator may change of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.objects import cleaning, registry
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue
from apps.objects.stored import rows_of

FIXED = frozenset({"MappedState"})  # ours, not data (engagement 2)
# Those whose values may be renamed (C-15); the values of others are words that operations and telephone systems use.
_RENAMEABLE = frozenset(
    {"CommunicationChannel", "Type", "Status", "Sentiment", "ProcessStatus", "ProcessFailureReason", "Role"}
)
_OURS = {"Type": frozenset({"Inbound", "Outbound"})}  # what a direction is written as (core-model 5.2)


@dataclass(frozen=True)
class Picklist:
    """One picklist field: documented, with its `column`, or custom, with the `key` of its values."""

    object_name: str
    field_name: str
    label: str
    length: int
    is_restricted: bool
    column: str = ""
    key: str = ""
    is_needed: bool = False

    @property
    def has_states(self) -> bool:
        return (self.object_name, self.field_name) == ("EngagementInteraction", "Status")

    @property
    def has_channels(self) -> bool:
        return self.field_name == "CommunicationChannel"

    def is_renameable(self, value: str) -> bool:
        if self.key:
            return True
        return self.field_name in _RENAMEABLE and value not in _OURS.get(self.field_name, ())

    def rows(self) -> "QuerySet[PicklistValue]":
        return PicklistValue.objects.filter(object_name=self.object_name, field_name=self.field_name)

    def holders(self, value: str) -> "QuerySet[Any]":
        """The records that have this value, deleted ones too."""
        rows = rows_of(self.object_name)
        if self.column:
            return rows.filter(**{self.column: value})
        held: QuerySet[Any] = rows.annotate(held=KeyTextTransform(self.key, "custom_fields"))
        return held.filter(held=value)

    def require_length(self, value: str) -> None:
        if not 1 <= len(value) <= self.length:
            message = gettext("From 1 to {length} characters.").format(length=self.length)
            raise Invalid(FieldProblem(Problem.TOO_LONG, ["value"], message, value))


def find(object_name: str, field_name: str) -> Picklist | None:
    """The picklist of this object and field that an administrator may change."""
    return next((each for each in of(object_name) if each.field_name == field_name), None)


def of(object_name: str) -> Iterator[Picklist]:
    """An object's picklists, the custom ones after the documented."""
    sobject = registry.find(object_name)
    if sobject is None:
        return
    for declared, column in sobject.fields.values():
        if declared.type == "picklist" and declared.api_name not in FIXED:
            needed = cleaning.is_needed(sobject, column)
            name, label, length = declared.api_name, declared.label, declared.length
            yield Picklist(object_name, name, label, length, declared.restricted, column=column, is_needed=needed)
    for field in CustomField.objects.filter(object_name=object_name, kind=CustomFieldKind.PICKLIST):
        name, label = field.api_name, field.label
        yield Picklist(object_name, name, label, field.length, field.is_restricted, key=field.key)
