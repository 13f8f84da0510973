"""Values of custom fields: from the wire into the record's `custom_fields`, and out again (engagement 6.5)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from apps.common.errors import FieldProblem, Problem
from apps.objects import catalogue, values
from apps.objects.models import CustomField, CustomFieldKind
from apps.objects.values import Refused, Rule

_DEGREES = {"latitude": 90, "longitude": 180}


def clean(
    object_name: str,
    pairs: Iterable[tuple[Any, Any]],
    *,
    numeric_text: bool = False,
    complete: bool = True,
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """What to store of the (name, value) pairs that a client sent, and what is wrong with them (C-23).

    Names match without regard to case; null clears, unless the field is required. Problems name
    `custom_fields[index].key` or `.value`. A `complete` record is a new one: see `completed`.
    """
    defined = catalogue.current().fields_of(object_name)
    stored: dict[str, Any] = {}
    problems = []
    for index, (key, value) in enumerate(pairs):
        field = defined.get(key.lower()) if isinstance(key, str) else None
        try:
            if field is None or field.key in stored:
                raise Refused(Problem.UNKNOWN_FIELD, _unusable(key, field))
            stored[field.key] = clean_one(value, field, numeric_text=numeric_text)
        except Refused as refused:
            part = "key" if refused.problem is Problem.UNKNOWN_FIELD else "value"
            problems.append(
                FieldProblem(refused.problem, [f"custom_fields[{index}].{part}"], str(refused), key if field else value)
            )
    problems += completed(object_name, stored) if complete else _emptied(defined.values(), stored)
    return stored, problems


def completed(object_name: str, stored: dict[str, Any]) -> Iterator[FieldProblem]:
    """Give a new record the defaults of fields that it says nothing about.

    A required one without a value is a problem.
    """
    defined = catalogue.current()
    for field in defined.fields_of(object_name).values():
        if field.key not in stored and (default := defined.default_of(field)) is not None:
            stored[field.key] = default
        if field.is_required and stored.get(field.key) is None:
            yield _required(field)


def _emptied(defined: Iterable[CustomField], stored: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for field in defined:
        if field.is_required and field.key in stored and stored[field.key] is None:
            yield _required(field)


def _required(field: CustomField) -> FieldProblem:
    return FieldProblem(
        Problem.REQUIRED, [field.api_name], gettext("{api_name} is required.").format(api_name=field.api_name)
    )


def _unusable(key: Any, field: CustomField | None) -> str:
    if field:
        return gettext("{api_name} is given more than once.").format(api_name=field.api_name)
    if key:
        return gettext("There is no custom field {key}.").format(key=key)
    return gettext("A custom field needs its key.")


def clean_one(value: Any, field: CustomField, *, numeric_text: bool = False) -> Any:
    """The value as JSON stores it. Raises Refused."""
    if value is None:
        return None
    if field.kind == CustomFieldKind.GEOLOCATION:
        return _location(value, field, numeric_text)
    return _to_json(values.clean(value, replace(_rule(field), numeric_text=numeric_text)))


def _rule(field: CustomField) -> Rule:
    options = None
    if field.kind == CustomFieldKind.PICKLIST and field.is_restricted:
        options = [row.value for row in catalogue.current().active(field.object_name, field.api_name)]
    return Rule(field.kind, field.label, field.length, options, field.precision, field.scale)


def _location(value: Any, field: CustomField, numeric_text: bool) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != _DEGREES.keys():
        raise Refused(
            Problem.MALFORMED, gettext("{label} takes an object with latitude and longitude.").format(label=field.label)
        )
    found = {}
    for name, most in _DEGREES.items():
        rule = Rule("double", f"{field.label} {name}", precision=30, scale=15, numeric_text=numeric_text)
        degrees = values.clean(value[name], rule)
        if degrees is None:
            raise Refused(
                Problem.MALFORMED,
                gettext("{label} takes an object with latitude and longitude.").format(label=field.label),
            )
        if abs(degrees) > most:
            raise Refused(
                Problem.OUT_OF_RANGE,
                gettext("The {name} of {label} lies between -{most} and {most}.").format(
                    name=name, label=field.label, most=most
                ),
            )
        found[name] = _to_json(degrees)
    return found


def _to_json(value: Any) -> Any:
    """ISO texts and plain numbers, whole ones without a fraction."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return value.isoformat() if isinstance(value, date) else value


def shown(object_name: str, stored: Mapping[str, Any]) -> Iterator[tuple[CustomField, Any]]:
    """The fields that have a value, in definition order."""
    if stored:
        for field in catalogue.current().fields_of(object_name).values():
            if stored.get(field.key) is not None:
                yield field, stored[field.key]
