"""The heat map: a figure for each hour of the week, so that weeks are seen as the one that they have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.words import figure
from apps.common.words import later as _
from apps.reporting.statistics.asking import statistic
from apps.reporting.statistics.definition import Statistic, Unit
from apps.reporting.statistics.formulas import Number
from apps.reporting.statistics.regrouping import Slot, regrouped
from apps.supervision.reports.asked import Asked, ReportForm
from apps.supervision.reports.behind import HOURS, slot_name
from apps.supervision.reports.changes import shown
from apps.supervision.reports.lines import rows_address

LONGEST_HEAT_DAYS = 93
STEPS = 6
_HOUR = 3_600_000  # ms
FIGURES = {
    "queue-interactions-count": _("Volume"),
    "service-level": _("Service level"),
    "time-to-answer": _("Speed of answer"),
    "abandon-rate": _("Abandonment"),
}


class HeatForm(ReportForm):
    """Which figure, of which days; what a line is for is given."""

    figure = forms.ChoiceField(choices=list(FIGURES.items()), label=_("Figure"))

    def __init__(self, data: Any) -> None:
        super().__init__({"about": "queues", "by": "queue", "figure": "queue-interactions-count", **data.dict()})
        for name in ("about", "by", "agent", "compare"):
            del self.fields[name]

    def longest_days(self, by: Any) -> int:
        return LONGEST_HEAT_DAYS


@dataclass(frozen=True)
class HeatCell:
    text: str
    name: str  # which hour, for those who see no table
    address: str
    step: int  # of the colours, 0 to STEPS


@dataclass(frozen=True)
class HeatRow:
    label: str
    name: str
    cells: Sequence[HeatCell | None]


@dataclass(frozen=True)
class HeatMap:
    statistic: Statistic
    hours: Sequence[str]
    rows: Sequence[HeatRow]
    most: str
    sign: str  # after each number


def heat_map(form: HeatForm, by: User) -> HeatMap | None:
    """None if nothing happened. Three queries at most besides those that narrow."""
    form.cleaned_data |= {"about": "queues", "by": "queue", "agent": None, "compare": ""}
    asked, told = Asked.of(form, by), statistic(form.cleaned_data["figure"])
    lines = regrouped([told.name], asked.window, by="quarter", into=Slot.of, called="slot", where=asked.where)
    values = {line.of["slot"]: line.figures[told.name][told.main] for line in lines}
    known = {slot: value for slot, value in values.items() if value is not None}
    if not known:
        return None
    most = max(known.values())
    first, last = min(slot.hour for slot in known), max(slot.hour for slot in known)

    def cell(slot: Slot) -> HeatCell | None:
        value = values.get(slot)
        if value is None:
            return None
        address = rows_address(told, asked.window, asked.where, slot=f"{slot.weekday}-{slot.hour:02}")
        return HeatCell(_brief(told.unit, value), f"{slot_name(slot)}: ", address, _step(value, most, told.unit))

    rows = [
        HeatRow(
            str(WEEKDAYS_ABBR[day]), str(WEEKDAYS[day]), [cell(Slot(day + 1, hour)) for hour in range(first, last + 1)]
        )
        for day in range(7)
    ]
    hours = [f"{hour:02}" for hour in range(HOURS)[first : last + 1]]
    return HeatMap(told, hours, rows, shown(told.unit, most), "%" if told.unit is Unit.PERCENT else "")


def _brief(unit: Unit, value: float) -> str:
    """As short as a cell is: the heading says per cent, and hours are told without their seconds."""
    if unit is Unit.PERCENT:
        return figure(value, 0)
    if unit is Unit.MILLIS and value >= _HOUR:
        return gettext("{hours} h").format(hours=figure(value / _HOUR, 1))
    return shown(unit, value)


def _step(value: Number, most: Number, unit: Unit) -> int:
    top = 100.0 if unit is Unit.PERCENT else float(most or 1)
    return min(STEPS, int(float(value or 0) / (top or 1) * STEPS + 0.5))
