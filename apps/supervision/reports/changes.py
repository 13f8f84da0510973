"""What changed since the period before, in words beside an arrow: never colour alone."""

from dataclasses import dataclass

from django.utils.translation import gettext

from apps.common.display import span
from apps.reporting.statistics.definition import Unit
from apps.reporting.statistics.formulas import Number

_SIGNS = {"up": "aup", "down": "adn", "as before": ""}


@dataclass(frozen=True)
class Change:
    word: str  # up, down, as before
    amount: str
    before: str

    @property
    def sign(self) -> str:
        return _SIGNS[self.word]


def shown(unit: Unit, value: float) -> str:
    if unit is Unit.MILLIS:
        return str(span(value / 1000))
    return f"{value:.2f} %" if unit is Unit.PERCENT else f"{value:,}"


def change(unit: Unit, value: Number, before: Number) -> Change | None:
    """None where there was nothing to compare with, or is nothing now."""
    if value is None or before is None:
        return None
    by = float(value) - float(before)
    shares = unit is Unit.PERCENT
    amount = _points(abs(by)) if shares else shown(unit, abs(by) if unit is Unit.MILLIS else abs(value - before))
    told = shown(unit, float(before) if shares else before)
    if amount in (_points(0), "00:00", "0"):
        return Change(gettext("as before"), "", told)
    return Change("up" if by > 0 else "down", amount, told)


def _points(many: float) -> str:
    return gettext("{many:.2f} points").format(many=many)
