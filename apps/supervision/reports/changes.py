"""What changed since the period before, in words beside an arrow: never colour alone."""

from dataclasses import dataclass

from django.utils.translation import gettext

from apps.common.display import span
from apps.common.words import figure
from apps.reporting.statistics.definition import Unit
from apps.reporting.statistics.formulas import Number

_UP, _DOWN = "aup", "adn"


@dataclass(frozen=True)
class Change:
    says: str
    before: str
    sign: str = ""  # none where nothing changed


def shown(unit: Unit, value: float) -> str:
    if unit is Unit.MILLIS:
        return str(span(value / 1000))
    return f"{figure(value, 2)} %" if unit is Unit.PERCENT else figure(value)


def change(unit: Unit, value: Number, before: Number) -> Change | None:
    """None where there was nothing to compare with, or is nothing now."""
    if value is None or before is None:
        return None
    by = float(value) - float(before)
    shares = unit is Unit.PERCENT
    amount = _points(abs(by)) if shares else shown(unit, abs(by) if unit is Unit.MILLIS else abs(value - before))
    told = shown(unit, float(before) if shares else before)
    if amount in (_points(0), "00:00", "0"):
        return Change(gettext("as before"), told)
    if by > 0:
        return Change(gettext("up {amount}").format(amount=amount), told, _UP)
    return Change(gettext("down {amount}").format(amount=amount), told, _DOWN)


def _points(many: float) -> str:
    return gettext("{many} points").format(many=figure(many, 2))
