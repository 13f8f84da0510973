"""What somebody else wrote into a record while its form was open."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from apps.engagements.forms.location import PARTS
from apps.engagements.forms.record import BEFORE, RecordForm


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed since the form was opened. `is_mine` if this editor changed it, too."""

    name: str
    label: str
    was: str
    now: str
    is_mine: bool


def differences_of(form: RecordForm) -> list[Difference]:
    """Of a valid form over the record as it is now."""
    mine, before = form.changes(), form.before
    return [
        Difference(name, str(form.fields[name].label), _text(before[name]), _text(form.initial[name]), name in mine)
        for name in form.columns
        if before[name] != form.initial[name]
    ]


def merged(form: RecordForm, given: QueryDict, differences: Sequence[Difference]) -> QueryDict:
    """What was typed, with theirs in every field that this editor left alone; saving that overwrites knowingly."""
    typed = given.copy()
    for each in differences:
        if not each.is_mine:
            put(typed, each.name, form.initial[each.name])
    typed[BEFORE] = json.dumps(form.initial[BEFORE])
    return typed


def as_sent(form: RecordForm) -> QueryDict:
    """What the form shows, as a browser would send it with nothing changed."""
    given = QueryDict(mutable=True)
    for name in form.columns:
        put(given, name, form.initial[name])
    given[BEFORE] = json.dumps(form.initial[BEFORE])
    return given


def put(given: QueryDict, name: str, value: Any) -> None:
    """As the browser would have sent it."""
    if isinstance(value, list):
        for part, degrees in zip(PARTS, value, strict=True):
            given[f"{name}_{part}"] = degrees or ""
    elif value is False:
        given.pop(name, None)
    else:
        given[name] = "on" if value is True else value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part is not None)
    if isinstance(value, bool):
        return "ticked" if value else gettext("not ticked")
    return str(value)
