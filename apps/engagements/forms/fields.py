"""The form field of a column, by its documented type. What a value must be is said by the operation; this reads it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.engagements.forms.location import LocationField
from apps.objects import catalogue, cleaning
from apps.objects.columns import Column
from apps.objects.registry import SObject
from apps.tenants import scope

LONG = 255  # characters; beyond, a text gets more than one line
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CITED = re.compile(r" \([A-Z]-\d+\)")  # the item of a contract: for who reads the code, not the screen


def field_for(sobject: SObject, column: Column, now: Any) -> forms.Field:
    """`now` is the value that the record has: it can be kept, whatever became of its picklist or its user."""
    make = _BY_TYPE.get(column.declared.type, _text)
    field = make(sobject, column, now)
    field.required = is_required(sobject, column)
    field.label = label_of(column)
    field.help_text = help_of(sobject, column)
    field.widget.attrs.setdefault("class", "sw-input")
    return field


def is_required(sobject: SObject, column: Column) -> bool:
    """A checkbox is never missing: unticked is a value."""
    if column.declared.type == "boolean":
        return False
    if column.custom:
        return column.custom.is_required
    return cleaning.is_needed(sobject, column.path) and bool(column.declared.type != "reference" or column.links)


def label_of(column: Column) -> str:
    """A reference's label is the relationship's name: the documented one is that of the id."""
    name = column.declared.relationship
    label = _WORDS.sub(" ", name) if name else column.declared.label
    return label if column.custom else gettext(label)


def help_of(sobject: SObject, column: Column) -> str:
    if column.custom:
        return column.custom.help_text
    return _CITED.sub("", str(sobject.column(column.path).help_text))


def _text(sobject: SObject, column: Column, now: Any) -> forms.Field:
    length = column.declared.length or None
    kind = column.declared.type
    widget: forms.Widget
    if kind == "textarea" or (length or 0) > LONG:
        widget = forms.Textarea({"rows": 3})
    else:
        widget = forms.TextInput({"type": {"phone": "tel", "email": "email", "url": "url"}.get(kind, "text")})
    return forms.CharField(max_length=length, widget=widget)


def _picklist(sobject: SObject, column: Column, now: Any) -> forms.Field:
    rows = catalogue.current().active(sobject.name, column.name)
    if not column.declared.restricted and not rows:
        return _text(sobject, column, now)
    choices = [("", "–"), *((row.value, row.said) for row in rows)]
    if now and now not in dict(choices):
        choices.append((now, gettext("{now} (no longer in use)").format(now=now)))
    return forms.ChoiceField(choices=choices, widget=forms.Select)


def _reference(sobject: SObject, column: Column, now: Any) -> forms.Field:
    if column.declared.references == ("User",):
        return forms.ChoiceField(choices=_people(now, column.name == "OwnerId"), widget=forms.Select)
    if column.declared.references == ("RecordType",):
        types = [row for row in catalogue.current().record_types.get(sobject.name, {}).values()]
        usable = [(row.public_id, row.name) for row in types if row.is_active or row.public_id == now]  # type: ignore[attr-defined]
        return forms.ChoiceField(choices=[("", "–"), *usable], widget=forms.Select)
    return forms.CharField(max_length=64, widget=forms.TextInput(_lookup(sobject, column)))


def chosen_from(field: forms.Field, options: Iterable[tuple[str, str]], now: Any) -> forms.Field:
    """The same field with the few records that it can name in this place, and what it names already."""
    choices = [("", "–"), *options]
    if now and now not in dict(choices):
        choices.append((now, now))
    made = forms.ChoiceField(choices=choices, required=field.required, label=field.label, help_text=field.help_text)
    made.widget.attrs["class"] = "sw-input"
    return made


def _lookup(sobject: SObject, column: Column) -> dict[str, str]:
    """The browser's own list below the input, filled while somebody types; without script the id is typed whole."""
    listed = f"{sobject.name}-{column.name}-found"
    return {"autocomplete": "off", "list": listed, "data-lookup": column.name}


def _people(now: Any, is_owner: bool) -> list[tuple[str, str]]:
    users = User.objects.filter(tenant=scope.tenant()).order_by("first_name", "last_name", "username")
    found = [(user.public_id, user.name) for user in users if user.is_active or user.public_id == now]
    if now and now not in dict(found):
        found.append((now, now))  # a text that names nobody here (C-41)
    return found if is_owner else [("", "–"), *found]


def _boolean(sobject: SObject, column: Column, now: Any) -> forms.Field:
    return forms.BooleanField(widget=forms.CheckboxInput({"class": ""}))


def _date_time(sobject: SObject, column: Column, now: Any) -> forms.Field:
    widget = forms.DateTimeInput({"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S")
    return forms.DateTimeField(widget=widget)


def _date(sobject: SObject, column: Column, now: Any) -> forms.Field:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _number(sobject: SObject, column: Column, now: Any) -> forms.Field:
    return forms.DecimalField(max_digits=33, widget=forms.TextInput({"inputmode": "decimal"}))


def _location(sobject: SObject, column: Column, now: Any) -> forms.Field:
    return LocationField()


_BY_TYPE: Mapping[str, Callable[[SObject, Column, Any], forms.Field]] = {
    "picklist": _picklist,
    "reference": _reference,
    "boolean": _boolean,
    "datetime": _date_time,
    "date": _date,
    "double": _number,
    "percent": _number,
    "currency": _number,
    "int": _number,
    "location": _location,
}


def as_input(at: datetime) -> str:
    """As a browser writes a local time: it leaves out seconds that are zero."""
    return timezone.localtime(at).isoformat(timespec="seconds" if at.second else "minutes")[: 19 if at.second else 16]


def shown(column: Column, value: Any) -> Any:
    """The column's value as its input holds it, as JSON: what is put into the form, and what is compared afterwards."""
    if value is None:
        return [None, None] if column.declared.type == "location" else ""
    if column.declared.type == "datetime":
        at = datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value
        return as_input(at)
    if column.declared.type == "location":
        return [str(value["latitude"]), str(value["longitude"])]
    return value if isinstance(value, bool) else str(value)
