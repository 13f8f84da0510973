"""What a custom field looks like to those who send, ask for, and fill in its values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.engagements.forms.fields import field_for
from apps.objects import registry
from apps.objects.columns import Column, columns_for
from apps.objects.kinds import RULES
from apps.objects.models import CustomField, CustomFieldKind

_INPUTS: Mapping[str, Any] = {
    CustomFieldKind.TEXT: "Galway",
    CustomFieldKind.TEXT_AREA: "Asked for a call back.",
    CustomFieldKind.CHECKBOX: True,
    CustomFieldKind.DATE: "2026-03-31",
    CustomFieldKind.DATE_TIME: "2026-03-31T14:05:00.000Z",
    CustomFieldKind.EMAIL: "maria@example.com",
    CustomFieldKind.PHONE: "+353 91 567 222",
    CustomFieldKind.URL: "https://example.com",
    CustomFieldKind.NUMBER: 7,
    CustomFieldKind.PERCENT: 80,
    CustomFieldKind.CURRENCY: 120,
    CustomFieldKind.PICKLIST: "One of its values",
    CustomFieldKind.GEOLOCATION: {"latitude": 53.2743, "longitude": -9.0514},
}


@dataclass(frozen=True)
class Preview:
    connect: str  # one item of `customFieldsList`
    query: str
    described: str
    bound: forms.BoundField


def preview_of(given: Mapping[str, Any]) -> Preview:
    """Of what a form holds, however incomplete: without a kind it is a text, without a name it has a made-up one."""
    kind = str(given.get("kind") if given.get("kind") in RULES else CustomFieldKind.TEXT)
    name = (given.get("api_name") or "Name__c").strip()[:80]
    field = CustomField(
        object_name=given.get("object_name") or "EngagementInteraction",
        api_name=name,
        key=name,
        label=given.get("label") or gettext(name.removesuffix("__c")),
        kind=kind,
        length=RULES[kind].length,
        help_text=given.get("help_text") or "",
        is_required=given.get("is_required") in (True, "on"),
        is_restricted=given.get("is_restricted") in (True, "on"),
    )
    options = [line.strip() for line in str(given.get("options") or "").splitlines() if line.strip()]
    value = options[0] if kind == CustomFieldKind.PICKLIST and options else _INPUTS[kind]
    columns = columns_for(field)
    names = [column.name for column in columns]
    return Preview(
        connect=json.dumps({"key": name, "value": value}, indent=2),
        query=f"SELECT Id, {', '.join(names)}\nFROM {field.object_name}",
        described="\n".join(f"{column.name}: {column.declared.type}" for column in columns),
        bound=_bound(columns[0], options),
    )


def _bound(column: Column, options: Sequence[str]) -> forms.BoundField:
    form = forms.Form(prefix="preview")
    made = field_for(registry.named("EngagementInteraction"), column, None)
    if isinstance(made, forms.ChoiceField) and options:
        made.choices = [("", "–"), *((option, option) for option in options)]
    form.fields["value"] = made
    return form["value"]
