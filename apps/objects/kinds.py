"""What each kind of custom field can be told: its length, its digits, its default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.words import figure
from apps.objects.models import CustomField, CustomFieldKind

Kind = CustomFieldKind
LONGEST_AREA = 131_072
_DIGITS = 18  # P-12


@dataclass(frozen=True)
class KindRule:
    """`length` of a value where the kind fixes it, else `longest` is the most that may be chosen."""

    length: int = 0
    longest: int = 0
    has_digits: bool = False

    @property
    def settings(self) -> frozenset[str]:
        """What an administrator may choose."""
        chosen = {"length"} if self.longest else set()
        return frozenset(chosen | ({"precision", "scale"} if self.has_digits else set()))


RULES: Mapping[str, KindRule] = {
    Kind.TEXT: KindRule(255, longest=255),
    Kind.TEXT_AREA: KindRule(LONGEST_AREA, longest=LONGEST_AREA),
    Kind.CHECKBOX: KindRule(),
    Kind.DATE: KindRule(),
    Kind.DATE_TIME: KindRule(),
    Kind.EMAIL: KindRule(80),
    Kind.PHONE: KindRule(40),
    Kind.URL: KindRule(255),
    Kind.NUMBER: KindRule(has_digits=True),
    Kind.PERCENT: KindRule(has_digits=True),
    Kind.CURRENCY: KindRule(has_digits=True),
    Kind.PICKLIST: KindRule(255),
    Kind.GEOLOCATION: KindRule(),
}
_TEXTS = {Kind.TEXT, Kind.TEXT_AREA, Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.PICKLIST}
_NUMBERS = {Kind.NUMBER, Kind.PERCENT, Kind.CURRENCY}


def settled(field: CustomField, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings; what the kind has no use for is as it fixes it. Raises Invalid for an impossible one."""
    if kind not in RULES:
        raise Invalid(FieldProblem(Problem.NOT_IN_PICKLIST, ["kind"], gettext("There is no such kind of field."), kind))
    rule = RULES[kind]
    values = dict(given)
    if not rule.longest or ("length" not in given and field.kind != kind):
        values["length"] = rule.length
    if not rule.has_digits:
        values |= {"precision": _DIGITS, "scale": 0}
    _require_sizes(rule, {"length": field.length, "precision": field.precision, "scale": field.scale, **values})
    return values


def _require_sizes(rule: KindRule, values: Mapping[str, Any]) -> None:
    if rule.longest and not 1 <= values["length"] <= rule.longest:
        raise Invalid(
            FieldProblem(
                Problem.OUT_OF_RANGE,
                ["length"],
                gettext("From 1 to {longest} characters.").format(longest=figure(rule.longest)),
            )
        )
    if rule.has_digits and not 1 <= values["precision"] <= _DIGITS:
        raise Invalid(
            FieldProblem(
                Problem.OUT_OF_RANGE, ["precision"], gettext("From 1 to {_DIGITS} digits.").format(_DIGITS=_DIGITS)
            )
        )
    if rule.has_digits and not 0 <= values["scale"] <= values["precision"]:
        message = gettext("No more digits behind the decimal point than in all.")
        raise Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["scale"], message))


def fits_kind(was: CustomFieldKind, becomes: CustomFieldKind) -> bool:
    """Whether values of the one kind are values of the other as they stand, but for their size."""
    if was == becomes or {was, becomes} <= _NUMBERS:
        return True
    return was in _TEXTS and becomes in (Kind.TEXT, Kind.TEXT_AREA)
