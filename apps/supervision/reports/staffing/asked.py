"""What the planner is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.agents.reach import queues_within
from apps.common import clock
from apps.common.words import later as _
from apps.queues.models import Queue
from apps.reporting import windows
from apps.reporting.figures import DEFAULT_THRESHOLD
from apps.reporting.staffing import Goal
from apps.reporting.windows import Window
from apps.supervision.board.limits import DEFAULT_TARGET
from apps.supervision.reports.asked import FIRST_YEAR

DAYS = tuple(range(1, 8))  # from Monday, as ISO counts them
WEEKS = {"4": _("Four weeks"), "8": _("Eight weeks"), "13": _("Thirteen weeks")}
INTERVALS = {"30": _("Half hour"), "60": _("Hour")}
DEFAULTS = {"channel": Channel.VOICE.value, "weeks": "4", "interval": "30", "occupancy": "85", "shrinkage": "30"}
MOST_PERCENT = 99  # nobody answers every call in time, however many there are
MOST_SHRINKAGE = 90
LONGEST_WAIT_S = 86_400


class StaffingForm(forms.Form):
    """Days and hours are the reader's own. The goal, where it is left empty, is the queue's."""

    queue: Any = forms.ModelChoiceField(queryset=None, empty_label=None, label=_("Queue"))
    channel = forms.ChoiceField(choices=Channel.choices, label=_("Channel"))
    weeks = forms.ChoiceField(choices=list(WEEKS.items()), label=_("Learn from"))
    until = forms.DateField(label=_("Up to"), validators=[MinValueValidator(date(FIRST_YEAR + 1, 1, 1))])
    interval = forms.ChoiceField(choices=list(INTERVALS.items()), label=_("A line for each"))
    goal = forms.IntegerField(required=False, min_value=1, max_value=MOST_PERCENT, label=_("Service level, %"))
    within = forms.IntegerField(required=False, min_value=0, max_value=LONGEST_WAIT_S, label=_("Within, seconds"))
    occupancy = forms.IntegerField(min_value=1, max_value=100, label=_("Occupied at most, %"))
    shrinkage = forms.IntegerField(min_value=0, max_value=MOST_SHRINKAGE, label=_("Shrinkage, %"))
    day = forms.ChoiceField(
        required=False, choices=[("", _("Busiest")), *((day, WEEKDAYS[day - 1]) for day in DAYS)], label=_("Day")
    )

    def __init__(self, query: Mapping[str, Any], by: User) -> None:
        """The last four whole weeks of the first queue, unless something else is asked for."""
        self.queues = queues_within(by).select_related("sla").order_by("name")
        self.yesterday = clock.now().astimezone(by.zone).date() - timedelta(days=1)
        asked = {name: text for name in self.base_fields if (text := query.get(name))}
        if "queue" not in asked:
            asked["queue"] = next(iter(self.queues.values_list("pk", flat=True)[:1]), "")
        super().__init__({**DEFAULTS, "until": str(self.yesterday), **asked})
        self.fields["queue"].queryset = self.queues  # type: ignore[attr-defined]

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until > self.yesterday:
            raise forms.ValidationError(gettext("Only days that are over can be learnt from."))
        return until


@dataclass(frozen=True)
class Asked:
    """The planner's question, checked."""

    queue: Queue
    channel: str
    first: date
    last: date
    window: Window
    minutes: int  # of an interval
    goal: Goal
    day: int  # whose course is drawn; 0: the busiest

    @classmethod
    def of(cls, form: StaffingForm, by: User) -> "Asked":
        told = form.cleaned_data
        last = told["until"]
        first = last - timedelta(weeks=int(told["weeks"])) + timedelta(days=1)
        window = windows.days(first, last, by.zone)
        minutes, day = int(told["interval"]), int(told["day"] or 0)
        return cls(told["queue"], told["channel"], first, last, window, minutes, goal_of(told), day)


def goal_of(told: Mapping[str, Any]) -> Goal:
    """The queue's own where none is given."""
    percent, within = own_goal(told["queue"])
    percent = told["goal"] or percent
    within = within if told["within"] is None else told["within"]
    return Goal(percent, within, told["occupancy"], told["shrinkage"])


def own_goal(queue: Queue | None) -> tuple[int, int]:
    """Per cent, within seconds."""
    if queue is None or queue.sla is None:
        return DEFAULT_TARGET, DEFAULT_THRESHOLD
    return min(queue.sla.target_percent, MOST_PERCENT), queue.sla.threshold_s
