"""All documented values of one record at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Field
from django.utils.translation import gettext

from apps.common.errors import FieldProblem, Problem
from apps.objects import catalogue, registry, values
from apps.objects.documented import Documented
from apps.objects.registry import SObject
from apps.objects.values import Refused, Rule
from apps.tenants import scope

_KEPT = 512
_NUMBERS = frozenset({"int", "double", "percent", "currency"})  # whose column holds less than can be written down


@dataclass(frozen=True)
class _Column:
    """A documented column that is no reference, and what it takes."""

    name: str
    rule: Rule
    is_needed: bool
    is_demanded: bool  # of a new record
    check: Callable[[Any], None]


def clean(
    sobject: SObject, sent: Mapping[str, Any], *, required: Collection[str] = ()
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Column -> value to store, and what is wrong, both in the order of the model. References are not touched here.

    A column that is not among `sent` is no problem unless it is `required`.
    """
    cleaned: dict[str, Any] = {}
    problems = []
    for column in _columns(sobject):
        name = column.name
        if name not in sent and name not in required:
            continue
        value = sent.get(name)
        try:
            cleaned[name] = values.clean(value, column.rule)
            if (value is None and name in required) or (cleaned[name] is None and column.is_needed):
                raise Refused(Problem.REQUIRED, gettext("{label} is required.").format(label=column.rule.label))
            column.check(cleaned[name])
        except Refused as refused:
            problems.append(FieldProblem(refused.problem, [name], str(refused), value))
    return cleaned, problems


def _columns(sobject: SObject) -> Sequence[_Column]:
    tenant = scope.tenant()
    return _columns_of(sobject.name, tenant.pk, tenant.catalogue_version)


@lru_cache(maxsize=_KEPT)
def _columns_of(name: str, tenant_id: int, version: int) -> Sequence[_Column]:
    sobject = registry.named(name)
    return [
        _column(sobject, declared, column)
        for declared, column in sobject.fields.values()
        if declared.type != "reference"
    ]


def _column(sobject: SObject, declared: Documented, name: str) -> _Column:
    field = sobject.column(name)
    rule = values.rule_for(declared, _options(sobject, declared, name))
    if isinstance(field, DecimalField):
        rule = replace(rule, precision=field.max_digits, scale=field.decimal_places)
    check = partial(_check_range, rule.label, field) if declared.type in _NUMBERS else _anything
    needed = is_needed(sobject, name)
    return _Column(name, rule, needed, declared.createable and needed and not field.has_default(), check)


def _check_range(label: str, field: "Field[Any, Any]", value: Any) -> None:
    if value is None:
        return
    try:
        field.run_validators(value)
    except ValidationError as refused:
        raise Refused(Problem.OUT_OF_RANGE, f"{label}: {' '.join(refused.messages)}") from None


def _anything(value: Any) -> None:
    """What its rule took is taken."""


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
    tenant = scope.tenant()
    return _needed(sobject.name, tenant.pk, tenant.catalogue_version)


@lru_cache(maxsize=_KEPT)
def _needed(name: str, tenant_id: int, version: int) -> frozenset[str]:
    return frozenset(column.name for column in _columns_of(name, tenant_id, version) if column.is_demanded)
