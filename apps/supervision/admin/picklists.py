"""Values of picklists: one list at a time, in its order; a value is switched off, never removed."""

from collections.abc import Collection, Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.common.words import later as _
from apps.engagements.models import MappedState
from apps.objects import catalogue, operations, picklists, registry
from apps.objects.models import PicklistValue
from apps.objects.operations.custom_fields import records
from apps.objects.records import Record
from apps.objects.stored import counted
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.edited import Edited
from apps.supervision.admin.forms import SetupForm
from apps.supervision.setup.using import Used, in_records, in_rules
from apps.supervision.site import site


def _places() -> list[tuple[str, str]]:
    return sorted(_every_place(), key=lambda place: place[1])


def _every_place() -> Iterator[tuple[str, str]]:
    for declared in registry.every():
        for each in (
            picklists.of(declared.name) if "query" in declared.calls and issubclass(declared.model, Record) else ()
        ):
            yield f"{declared.name}.{each.field_name}", f"{declared.said}: {gettext(each.label)}"


def _choosable() -> list[tuple[str, str]]:
    return [("", gettext("Choose one")), *_places()]


class PicklistFilter(admin.SimpleListFilter):
    title = _("picklist")
    parameter_name = "picklist"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return _places()

    def queryset(self, request: HttpRequest, queryset: "QuerySet[PicklistValue]") -> "QuerySet[PicklistValue]":
        place = self.value()
        if place is None or place not in dict(self.lookup_choices):
            return queryset
        object_name, _, field_name = place.partition(".")
        return queryset.filter(object_name=object_name, field_name=field_name)


class PicklistForm(SetupForm):
    named = "value"
    place = forms.ChoiceField(label=_("Picklist"), choices=_choosable, widget=UnfoldAdminSelectWidget)
    value = forms.CharField(
        label=_("Value"),
        max_length=255,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("What clients send and records hold. A new one comes into all records that have this."),
    )
    label = forms.CharField(
        label=_("Label"), max_length=255, widget=UnfoldAdminTextInputWidget, help_text=_("What people read.")
    )
    mapped_state = forms.TypedChoiceField(
        label=_("Stands for"),
        required=False,
        empty_value=None,
        choices=[("", "–"), *MappedState.choices],
        widget=UnfoldAdminSelectWidget,
        help_text=_("The state that this Status means to everybody."),
    )
    channel = forms.TypedChoiceField(
        label=_("Channel"),
        required=False,
        empty_value=None,
        choices=[("", "–"), *Channel.choices],
        widget=UnfoldAdminSelectWidget,
        help_text=_("The channel that it stands for; without one, contacts that come by it count as work items."),
    )
    replacement: "forms.ModelChoiceField[PicklistValue]" = forms.ModelChoiceField(
        queryset=None,
        label=_("Put in its place"),
        required=False,
        empty_label="–",
        widget=UnfoldAdminSelectWidget,
        help_text=_("Another value of this list: all records that have this one get that one when you save."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["position"].required = False
        if "replacement" in self.fields:
            row = self.instance
            others = PicklistValue.objects.filter(object_name=row.object_name, field_name=row.field_name)
            self.fields["replacement"].queryset = others.filter(is_active=True).exclude(pk=row.pk)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        if place := self.cleaned_data.get("place"):
            self.instance.object_name, _, self.instance.field_name = place.partition(".")
        return values

    def refused_field(self, name: str) -> str:
        return "place" if name == "field_name" else name


@admin.register(PicklistValue, site=site)
class PicklistValueAdmin(Edited, OperationAdmin):
    form = PicklistForm
    can_erase = shows_uses = True
    list_display = ("label", "value", "picklist", "mapped_state", "channel", "is_default", "is_active", "position")
    list_editable = ("position",)
    ordering_field = "position"
    list_filter = (PicklistFilter, "is_active")
    search_fields = ("label", "value", "field_name")

    @admin.display(description=_("Picklist"), ordering="field_name")
    def picklist(self, row: PicklistValue) -> str:
        declared = registry.named(row.object_name)
        documented = declared.fields.get(row.field_name.lower())
        custom = catalogue.current().fields_of(row.object_name).get(row.field_name.lower())
        label = documented[0].said if documented else custom.label if custom else row.field_name
        return f"{declared.said}: {label}"

    @admin.display(description=_("Records"))
    def in_use(self, row: PicklistValue) -> str:
        """Counted for this page alone, and no further than anybody cares."""
        found = picklists.find(row.object_name, row.field_name)
        count = counted(found.holders(row.value)) if found else 0
        return gettext("In {records}.").format(records=records(count))

    def shown(self, request: HttpRequest, obj: Any) -> Collection[str]:
        return set(self.get_fields(request, obj)) - set(self.get_readonly_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        found = picklists.find(obj.object_name, obj.field_name)
        fixed = () if found and found.is_renameable(obj.value) else ("value",)
        return ("picklist", "in_use", *fixed)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        found = picklists.find(obj.object_name, obj.field_name) if obj else None
        states = ("mapped_state", "is_default_for_state") if not obj or (found and found.has_states) else ()
        channels = ("channel",) if not obj or (found and found.has_channels) else ()
        about = ("picklist",) if obj else ("place",)
        after = ("in_use", "replacement") if obj else ()
        return (*about, "value", "label", *states, *channels, "is_default", "position", "is_active", *after)

    # Which parts show while a value is added.
    conditional_fields = {
        "mapped_state": "typeof place == 'undefined' || place == 'EngagementInteraction.Status'",
        "is_default_for_state": "typeof place == 'undefined' || place == 'EngagementInteraction.Status'",
        "channel": "typeof place == 'undefined' || place.endsWith('.CommunicationChannel')",
    }

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        return {"place": request.GET.get("picklist", ""), "position": ""}

    def save_model(self, request: HttpRequest, obj: PicklistValue, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        by = request.user
        if change:
            was = PicklistValue.objects.get(pk=obj.pk)
            if was.value != obj.value:
                operations.rename_picklist_value(was, obj.value, by=by)
        row = self._define(obj, form.fields, by)
        obj.pk = row.pk
        if instead := form.cleaned_data.get("replacement"):
            count = operations.replace_picklist_value(row, instead, by=by)
            said = gettext("{label} is now in {records}.").format(label=instead.label, records=records(count))
            self.message_user(request, said)

    def write(self, row: Any, *, by: User) -> None:
        operations.define_picklist_value(row.object_name, row.field_name, row.value, by=by, is_active=row.is_active)

    def erase(self, row: Any, *, by: User) -> None:
        operations.delete_picklist_value(row, by=by)

    def further_uses(self, row: Any) -> list[Used]:
        found = picklists.find(row.object_name, row.field_name)
        return [
            *in_records(counted(found.holders(row.value)) if found else 0),
            *in_rules(fact__iexact=row.field_name, value=row.value),
        ]

    def _define(self, obj: PicklistValue, shown: Any, by: User) -> PicklistValue:
        names = {"label", "mapped_state", "is_default_for_state", "channel", "is_active", "is_default", "position"}
        values = {name: getattr(obj, name) for name in names if name in shown}
        if values.get("position") is None:  # at the end
            values.pop("position", None)
        found = picklists.find(obj.object_name, obj.field_name)
        if not (found and found.has_states) or values.get("mapped_state", "") is None:
            values.pop("mapped_state", None)  # so that a new Status stands for what the operation says
        return operations.define_picklist_value(obj.object_name, obj.field_name, obj.value, by=by, **values)
