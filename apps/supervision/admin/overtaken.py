"""What somebody else wrote while a form of the set-up was open, into the object or into the rows below it.

The page carries along what it showed. Once the object is held, that is compared with what it holds by then: nobody's
change is written over unseen, whatever way it came.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext

from apps.audit.models import AuditEntry
from apps.supervision.admin.forms import DELETION, Plain, SetupForm, plain
from apps.supervision.admin.rows import PAGE, SetupRows

SHOWN = "shown"  # the hidden field
TOLD = 40  # differences said one by one
_KEY = 18  # digits


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed since the form was opened, or a row that came or went (without label).

    `is_mine` if this editor changed it, too.
    """

    model: type[models.Model]
    key: int
    name: str = ""
    label: str = ""
    was: str = ""
    now: str = ""
    is_mine: bool = False
    row: str = ""  # of those below the form, or of a list
    befell: str = "changed"
    by: str = ""
    at: datetime | None = None


@dataclass(eq=False)
class Overtaken(Exception):
    """Nothing is written: what this editor typed, by field and by row, and what somebody else did meanwhile."""

    found: list[Difference] = field(default_factory=list)
    typed: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, "Rows"] = field(default_factory=dict)

    @cached_property
    def told(self) -> list[Difference]:
        return _attributed(self.found[:TOLD])

    @property
    def untold(self) -> int:
        return max(0, len(self.found) - TOLD)


@dataclass
class Rows:
    """Of one kind, below the form: which are shown, what was typed into them, and new ones with what was typed."""

    keys: set[int] = field(default_factory=set)
    typed: dict[int, dict[str, Any]] = field(default_factory=dict)
    new: list[dict[str, Any]] = field(default_factory=list)


def shown(form: SetupForm, formsets: Iterable[SetupRows]) -> str:
    """What the page shows of the object, for `check` to compare."""
    told: dict[str, Any] = {"": form.standing()}
    for each in formsets:
        newest = each.queryset.aggregate(newest=Max("pk"))["newest"] or 0
        rows = {row.instance.pk: row.standing() for row in each.initial_forms}
        told[each.prefix] = {"newest": newest, "rows": rows}
    return json.dumps(told)


def check(form: SetupForm, formsets: Sequence[SetupRows], sent: str) -> None:
    """Raises Overtaken if the object, which the caller holds, is another than the one shown. Of a valid form."""
    told = sent_back(sent)
    if told is None or not all(_is_valid(each) for each in formsets):
        return
    met = Overtaken()
    met.typed = _typed(form, _mapping(told.get("")))
    met.found = _changes(form, _mapping(told.get("")), met.typed)
    for each in formsets:
        before = _mapping(told.get(each.prefix))
        if before:
            met.rows[each.prefix] = _below(each, before, met.found)
    if met.found:
        raise met


def check_rows(formset: Any, sent: str) -> None:
    """As `check`, of the rows of a list whose columns are changed in the list."""
    told = sent_back(sent)
    if told is None:
        return
    met = Overtaken()
    met.rows[formset.prefix] = _below(formset, told, met.found)
    if met.found:
        raise met


def put_back(formsets: Iterable[SetupRows], rows: Mapping[str, Rows]) -> None:
    """The rows as they are by now, with what was typed over them."""
    for each in formsets:
        mine = rows.get(each.prefix, Rows())
        each._queryset = each.queryset.filter(pk__in=mine.keys)
        each.extra, each.initial_extra = len(mine.new), mine.new
        each.__dict__.pop("forms", None)  # made already, of the rows that were there at first
        for form in each.initial_forms:
            form.typed = mine.typed.get(form.instance.pk, {})


def _is_valid(formset: SetupRows) -> bool:
    """But for rows that are gone, which its forms know nothing of."""
    formset.errors  # noqa: B018  # looks at all of them
    return not formset.non_form_errors() and all(
        form.is_valid() or _is_deleted(form) or (form in formset.initial_forms and form.instance.pk is None)
        for form in formset.forms
    )


def _below(formset: Any, before: Mapping[str, Any], found: list[Difference]) -> Rows:
    rows = Rows()
    shown_rows = {int(key): _mapping(row) for key, row in _mapping(before.get("rows")).items() if _is_key(key)}
    there = {form.instance.pk: form for form in formset.initial_forms if form.instance.pk}
    for key, form in there.items():
        rows.keys.add(key)
        rows.typed[key] = _typed(form, shown_rows.get(key, {}))
        found += _changes(form, shown_rows.get(key, {}), rows.typed[key], key, formset.called(form.instance))
    gone = [form for form in formset.initial_forms if form.instance.pk is None]
    for key, form in zip((key for key in formset.sent if key not in there), gone, strict=False):
        mine = _typed(form, shown_rows.get(key, {}))
        if _is_deleted(form):
            continue  # by both
        rows.new += (
            [{name: form.cleaned_data[name] for name in shown_rows.get(key, {}) if name in form.cleaned_data}]
            if mine
            else []
        )
        found.append(Difference(formset.model, key, is_mine=bool(mine), row=_kind(formset), befell="removed"))
    rows.new += [
        dict(form.cleaned_data) for form in formset.extra_forms if form.has_changed() and not _is_deleted(form)
    ]
    newest = before.get("newest")
    if isinstance(newest, int) and 0 <= newest < 10**_KEY:
        for row in formset.queryset.filter(pk__gt=newest).order_by("pk")[:PAGE]:
            rows.keys.add(row.pk)
            found.append(Difference(formset.model, row.pk, row=_kind(formset), now=str(row), befell="added"))
    return rows


def _kind(formset: Any) -> str:
    return str(formset.model._meta.verbose_name)


def _is_deleted(form: Any) -> bool:
    return bool(form.cleaned_data.get(DELETION))


def _typed(form: SetupForm, before: Mapping[str, Plain]) -> dict[str, Any]:
    """What differs from what the form showed, whoever wrote meanwhile."""
    typed = {
        name: form.cleaned_data[name]
        for name, was in before.items()
        if name in form.cleaned_data and plain(form.fields[name], form.cleaned_data[name]) != was
    }
    return typed | ({DELETION: True} if _is_deleted(form) else {})


def _changes(
    form: SetupForm, before: Mapping[str, Plain], typed: Mapping[str, Any], key: int | None = None, row: str = ""
) -> list[Difference]:
    now = form.standing()
    return [
        Difference(
            type(form.instance),
            key or form.instance.pk,
            name,
            str(form.fields[name].label or name),
            *_told(form.fields[name], was, now[name]),
            is_mine=name in typed,
            row=row,
        )
        for name, was in before.items()
        if name in now and now[name] != was
    ]


def _told(of: Any, was: Any, now: Any) -> tuple[str, str]:
    """Of several values those that went, and those that came."""
    if isinstance(was, list) and isinstance(now, list):
        gone, came = [each for each in was if each not in now], [each for each in now if each not in was]
        return ", ".join(_text(of, each) for each in gone), ", ".join(_text(of, each) for each in came)
    return _text(of, was), _text(of, now)


def _text(of: Any, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(of, forms.ModelChoiceField) and _is_key(value):
        row = of.queryset.filter(pk=value).first()  # type: ignore[union-attr]
        return of.label_from_instance(row) if row else str(value)
    labels = dict(getattr(of, "choices", ()))
    return strip_tags(force_str(labels.get(value, value)).partition("<br>")[0])


def _attributed(found: Sequence[Difference]) -> list[Difference]:
    """With who did it, and when, out of the audit log; the object's last change if the log names no such field."""
    keys = {(each.model._meta.label_lower, str(each.key)) for each in found}
    entries = AuditEntry.objects.filter(
        object_kind__in={kind for kind, _ in keys}, object_key__in={key for _, key in keys}
    ).order_by("-at", "-id")[:200]
    by_object: dict[tuple[str, str], list[AuditEntry]] = {}
    for entry in entries:
        by_object.setdefault((entry.object_kind, entry.object_key), []).append(entry)
    return [_by_whom(each, by_object.get((each.model._meta.label_lower, str(each.key)), [])) for each in found]


def _by_whom(one: Difference, entries: Sequence[AuditEntry]) -> Difference:
    entry = next((each for each in entries if one.name in each.details), next(iter(entries), None))
    if entry is None:
        return one
    now = one.now or (entry.object_name if one.befell == "removed" else "")
    told = {**vars(one), "by": entry.actor_name, "at": timezone.localtime(entry.at), "now": now}
    return Difference(**told)


def sent_back(sent: str) -> Mapping[str, Any] | None:
    """What the page carried along; nothing if it did not, or brings nonsense."""
    try:
        told = json.loads(sent)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _KEY
