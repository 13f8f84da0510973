"""Fields, picklists and record types of the documented objects. What a row is about is chosen once, for good."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.engagements.models import MappedState
from apps.objects import catalogue, operations, registry
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue, RecordType
from apps.objects.records import Record
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm
from apps.supervision.site import site


def _objects() -> list[tuple[str, str]]:
    """Those whose records are kept here, and so may carry fields of an administrator's."""
    return [(declared.name, declared.label) for declared in registry.every() if issubclass(declared.model, Record)]


def _picklists() -> list[tuple[str, str]]:
    return [("", "Choose one"), *sorted(_picklist_places(), key=lambda place: place[1])]


def _picklist_places() -> Iterator[tuple[str, str]]:
    for name, label in _objects():
        declared = registry.find(name)
        for field, _ in declared.fields.values() if declared else ():
            if field.type == "picklist" and field.api_name != "MappedState":
                yield f"{name}.{field.api_name}", f"{label}: {field.label}"
        for custom in catalogue.current().fields_of(name).values():
            if custom.kind == CustomFieldKind.PICKLIST:
                yield f"{name}.{custom.api_name}", f"{label}: {custom.label}"


class ObjectForm(SetupForm):
    object_name = forms.ChoiceField(label="Object", choices=_objects, widget=UnfoldAdminSelectWidget)


class PicklistForm(SetupForm):
    place = forms.ChoiceField(label="Picklist", choices=_picklists, widget=UnfoldAdminSelectWidget)
    mapped_state = forms.TypedChoiceField(
        label="Stands for",
        required=False,
        empty_value=None,
        choices=[("", "–"), *MappedState.choices],
        widget=UnfoldAdminSelectWidget,
        help_text="Of a Status: the state that this value means to everybody.",
    )
    channel = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        choices=[("", "–"), *Channel.choices],
        widget=UnfoldAdminSelectWidget,
        help_text="Of a Communication Channel: the channel that it stands for.",
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        if place := self.cleaned_data.get("place"):
            self.instance.object_name, _, self.instance.field_name = place.partition(".")
        if self.cleaned_data.get("is_default_for_state") and not self.cleaned_data.get("mapped_state"):
            self.add_error("mapped_state", "The default for a state has to stand for one.")
        return values


class _Defined(OperationAdmin):
    """Changing the definition of a name is the same operation as adding it."""

    for_good: tuple[str, ...]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.for_good if obj else ()

    def values(self, row: Any, *names: str) -> dict[str, Any]:
        return {name: getattr(row, name) for name in names}


@admin.register(CustomField, site=site)
class CustomFieldAdmin(_Defined):
    form = ObjectForm
    for_good = ("object_name", "api_name", "kind")
    list_display = ("label", "api_name", "object_name", "kind", "is_required")
    list_filter = ("object_name", "kind")
    search_fields = ("label", "api_name")
    fields = (
        ("object_name", "kind"),
        ("label", "api_name"),
        "help_text",
        ("length", "precision", "scale"),
        ("is_required", "is_restricted", "position"),
    )

    def write(self, row: Any, *, by: User) -> None:
        values = self.values(
            row, "label", "help_text", "length", "precision", "scale", "is_required", "is_restricted", "position"
        )
        row.pk = operations.define_custom_field(row.object_name, row.api_name, row.kind, **values).pk


@admin.register(PicklistValue, site=site)
class PicklistValueAdmin(_Defined):
    """A value is switched off, never removed: old records keep it."""

    form = PicklistForm
    for_good = ("object_name", "field_name", "value")
    list_display = ("label", "value", "object_name", "field_name", "mapped_state", "channel", "is_active")
    list_filter = ("object_name", "field_name", "is_active")
    search_fields = ("label", "value", "field_name")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        about = (("object_name", "field_name"), "value") if obj else ("place", "value")
        return (
            *about,
            "label",
            ("mapped_state", "is_default_for_state"),
            "channel",
            ("is_active", "is_default", "position"),
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)
        if obj:
            del form.base_fields["place"]
        return form

    def write(self, row: Any, *, by: User) -> None:
        values = self.values(
            row, "label", "mapped_state", "is_default_for_state", "channel", "is_active", "is_default", "position"
        )
        if values["mapped_state"] is None:
            del values["mapped_state"]  # so that a new Status stands for what the operation says
        row.pk = operations.define_picklist_value(row.object_name, row.field_name, row.value, **values).pk


@admin.register(RecordType, site=site)
class RecordTypeAdmin(_Defined):
    form = ObjectForm
    for_good = ("object_name", "developer_name")
    list_display = ("name", "developer_name", "object_name", "is_active", "is_default")
    list_filter = ("object_name", "is_active")
    search_fields = ("name", "developer_name")
    fields = ("object_name", ("name", "developer_name"), ("is_active", "is_default"))

    def write(self, row: Any, *, by: User) -> None:
        values = self.values(row, "name", "is_active", "is_default")
        row.pk = operations.define_record_type(row.object_name, row.developer_name, **values).pk
