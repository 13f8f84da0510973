"""Custom fields: their list with what is left of the limit, their form, and what a field will look like everywhere."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.accounts.models import User
from apps.common.words import later as _
from apps.objects import operations, registry
from apps.objects.kinds import RULES
from apps.objects.models import CustomField, CustomFieldKind
from apps.objects.operations.custom_fields import MOST, holders, records
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.admin.forms import SetupForm
from apps.supervision.admin.preview import preview_of
from apps.supervision.setup.using import Used, in_records, in_rules
from apps.supervision.site import site

_UNTYPED = {CustomFieldKind.CHECKBOX, CustomFieldKind.PICKLIST, CustomFieldKind.GEOLOCATION}


def with_room() -> list[tuple[str, str]]:
    """The objects that take fields, each with how many it has."""
    counts = counted()
    return [
        (
            name,
            gettext("{label} ({counts} of {most})").format(
                label=registry.named(name).said, counts=counts[name], most=most
            ),
        )
        for name, most in MOST.items()
    ]


def counted() -> dict[str, int]:
    names = list(CustomField.objects.values_list("object_name", flat=True))
    return {name: names.count(name) for name in MOST}


class CustomFieldForm(SetupForm):
    named = "api_name"
    object_name = forms.ChoiceField(label=_("Object"), choices=with_room, widget=UnfoldAdminSelectWidget)
    label = forms.CharField(
        label=_("Label"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("What people read. It can change at any time."),
    )
    api_name = forms.CharField(
        label=_("API name"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget({"autocapitalize": "off", "spellcheck": "false"}),
        help_text=_("What clients send, such as Branch__c. A new name counts at once, everywhere, and values stay."),
    )
    default_text = forms.CharField(
        label=_("Default"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("What a new record gets that says nothing about the field. Dates as 2026-03-31."),
    )
    default_checked = forms.BooleanField(
        label=_("Ticked unless said otherwise"), required=False, widget=UnfoldBooleanWidget
    )
    options = forms.CharField(
        label=_("Values"),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 5}),
        help_text=_("One in each line. More about each stands under Picklists."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("length", "precision", "scale", "position"):  # what is not said is as the kind has it, or last
            self.fields[name].required = False
        default = self.instance.default_value
        self.initial["default_checked"] = default is True
        self.initial["default_text"] = "" if default is None or isinstance(default, bool) else default

    def refused_field(self, name: str) -> str:
        return "default_text" if name == "default_value" else super().refused_field(name)

    @property
    def default(self) -> Any:
        """As the operation takes it, by the kind that was chosen."""
        kind = self.cleaned_data["kind"]
        if kind == CustomFieldKind.CHECKBOX:
            return self.cleaned_data["default_checked"] or None
        return None if kind in _UNTYPED else self.cleaned_data["default_text"] or None

    @property
    def lines(self) -> list[str]:
        if self.cleaned_data["kind"] != CustomFieldKind.PICKLIST:
            return []
        lines = (line.strip() for line in self.cleaned_data.get("options", "").splitlines())
        return [line for line in dict.fromkeys(lines) if line]


def _of_kinds(kinds: Sequence[str]) -> str:
    """When a part of the form shows, in the words of its script."""
    return f"{[str(kind) for kind in kinds]}.includes(kind)"


@admin.register(CustomField, site=site)
class CustomFieldAdmin(OperationAdmin):
    form = CustomFieldForm
    can_erase = shows_uses = True
    list_display = ("label", "api_name", "object_name", "kind", "is_required", "is_active")
    list_filter = ("object_name", "kind", "is_active")
    search_fields = ("label", "api_name")
    list_before_template = "supervision/custom_field_limits.html"
    change_form_after_template = "supervision/custom_field_preview.html"
    conditional_fields = {
        "length": _of_kinds([kind for kind, rule in RULES.items() if rule.longest]),
        "precision": _of_kinds([kind for kind, rule in RULES.items() if rule.has_digits]),
        "scale": _of_kinds([kind for kind, rule in RULES.items() if rule.has_digits]),
        "default_text": _of_kinds([kind for kind in RULES if kind not in _UNTYPED]),
        "default_checked": _of_kinds([CustomFieldKind.CHECKBOX]),
        "is_restricted": _of_kinds([CustomFieldKind.PICKLIST]),
        "options": _of_kinds([CustomFieldKind.PICKLIST]),
    }

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        values = ("options",) if obj is None else ("values_shown",) if obj.kind == CustomFieldKind.PICKLIST else ()
        return (
            "object_name",
            "label",
            "api_name",
            "kind",
            *values,
            "length",
            "precision",
            "scale",
            "default_text",
            "default_checked",
            "help_text",
            "is_required",
            "is_restricted",
            "position",
            *(("is_active", "in_use") if obj else ()),
        )

    def shown(self, request: HttpRequest, obj: Any) -> Collection[str]:
        return set(self.get_fields(request, obj)) - set(self.get_readonly_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("object_name", "in_use", "values_shown") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        return {"position": ""}

    @admin.display(description=_("Records"))
    def in_use(self, field: CustomField) -> str:
        """Counted for this page alone, and no further than anybody cares."""
        return gettext("In {records}.").format(records=records(holders(field)))

    @admin.display(description=_("Values"))
    def values_shown(self, field: CustomField) -> str:
        address = reverse("admin:objects_picklistvalue_changelist")
        place = f"{field.object_name}.{field.api_name}"
        return format_html('<a href="{}?picklist={}">{}</a>', address, place, gettext("Values of this picklist"))

    def get_urls(self) -> list[URLPattern]:
        shown = self.admin_site.admin_view(self.preview)
        urls: list[URLPattern] = super().get_urls()
        return [path("preview/", shown, name="objects_customfield_preview"), *urls]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """What a field with the values of the form would look like in each dialect; nothing is written."""
        return TemplateResponse(request, "supervision/_preview.html", {"preview": preview_of(request.GET)})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        counts = counted()
        limits = [(registry.named(name).said, counts[name], most) for name, most in MOST.items()]
        return super().changelist_view(request, {"limits": limits, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: Any, *arguments: Any, **options: Any) -> Any:
        form = context["adminform"].form
        values = {name: form[name].value() for name in form.fields}
        context["preview"] = preview_of({"object_name": form.instance.object_name, **values})
        return super().render_change_form(request, context, *arguments, **options)

    def save_model(self, request: HttpRequest, obj: CustomField, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        if change:
            was = CustomField.objects.get(pk=obj.pk)
            if was.api_name != obj.api_name:
                operations.rename_custom_field(was, obj.api_name, by=request.user)
        names = ("label", "help_text", "precision", "scale", "is_required", "is_restricted", "position", "is_active")
        sizes = ("length",) if RULES[obj.kind].longest else ()
        values = {name: value for name in (*names, *sizes) if (value := getattr(obj, name)) is not None}
        made = operations.define_custom_field(
            obj.object_name, obj.api_name, obj.kind, by=request.user, default_value=form.default, **values
        )
        obj.pk = made.pk
        for position, line in enumerate(form.lines if not change else ()):
            operations.define_picklist_value(obj.object_name, obj.api_name, line, by=request.user, position=position)

    def switch_off(self, row: CustomField, *, by: User) -> None:
        operations.define_custom_field(row.object_name, row.api_name, row.kind, by=by, is_active=False)

    def further_uses(self, row: CustomField) -> list[Used]:
        return [*in_records(holders(row)), *in_rules(fact__iexact=row.api_name)]

    def erase(self, row: CustomField, *, by: User) -> None:
        operations.delete_custom_field(row, by=by)
