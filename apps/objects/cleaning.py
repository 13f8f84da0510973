"""All documented values of one record at once."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DecimalField

from apps.common.errors import FieldProblem, Problem
from apps.objects import catalogue, values
from apps.objects.documented import Documented
from apps.objects.registry import SObject
from apps.objects.values import Refused

_NUMBERS = frozenset({"int", "double", "percent", "currency"})  # whose column holds less than can be written down


def clean(
    sobject: SObject, sent: Mapping[str, Any], *, required: Collection[str] = ()
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Column -> value to store, and what is wrong, both in the order of the model. References are not touched here.

    A column that is not among `sent` is no problem unless it is `required`.
    """
    cleaned: dict[str, Any] = {}
    problems = []
    for declared, column in sobject.fields.values():
        if declared.type == "reference" or (column not in sent and column not in required):
            continue
        try:
            cleaned[column] = _clean_one(sobject, declared, column, sent.get(column))
            missing = sent.get(column) is None and column in required
            if missing or (cleaned[column] is None and is_needed(sobject, column)):
                raise Refused(Problem.REQUIRED, f"{declared.label} is required.")
        except Refused as refused:
            problems.append(FieldProblem(refused.problem, [column], str(refused), sent.get(column)))
    return cleaned, problems


def _clean_one(sobject: SObject, declared: Documented, column: str, value: Any) -> Any:
    rule = values.rule_for(declared, _options(sobject, declared, column))
    if declared.type not in _NUMBERS:
        return values.clean(value, rule)
    field = sobject.column(column)
    if isinstance(field, DecimalField):
        rule = replace(rule, precision=field.max_digits, scale=field.decimal_places)
    cleaned = values.clean(value, rule)
    if cleaned is not None:
        try:
            field.run_validators(cleaned)
        except ValidationError as refused:
            raise Refused(Problem.OUT_OF_RANGE, f"{declared.label}: {' '.join(refused.messages)}") from None
    return cleaned


def _options(sobject: SObject, declared: Documented, column: str) -> Collection[str] | None:
    if not (declared.picklist and declared.restricted):
        return None
    field = sobject.column(column)
    if field.choices:
        return [value for value, _ in field.flatchoices]
    return [row.value for row in catalogue.current().active(sobject.name, declared.api_name)]


def is_needed(sobject: SObject, column: str) -> bool:
    """Whether the column takes no null: described as nillable in places, yet documented as required."""
    field = sobject.column(column)
    return not field.null and not field.generated


def needed(sobject: SObject) -> frozenset[str]:
    """The documented columns that a new record must give: createable, without a default and not null."""
    return frozenset(
        column
        for declared, column in sobject.fields.values()
        if declared.createable
        and declared.type != "reference"
        and is_needed(sobject, column)
        and not sobject.column(column).has_default()
    )
