"""What if: so many calls, so long, and so many agents. With one fewer and one more beside it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.common.words import figure
from apps.common.words import later as _
from apps.reporting.erlang import Centre
from apps.reporting.staffing import Goal, Interval
from apps.supervision.reports.staffing.asked import LONGEST_WAIT_S, MOST_PERCENT
from apps.supervision.reports.staffing.columns import percent, seconds

PREFIX = "if"
MOST_CALLS = 1_000_000  # an hour
_LEAST = 0.01
_LONGEST_S = 14_400
_MOST_AGENTS = 10_000_000
_HOUR_S = 3600


class WhatIfForm(forms.Form):
    calls = forms.FloatField(min_value=_LEAST, max_value=MOST_CALLS, label=_("Calls an hour"))
    handle = forms.FloatField(min_value=_LEAST, max_value=_LONGEST_S, label=_("Handle time, seconds"))
    agents = forms.IntegerField(required=False, min_value=1, max_value=_MOST_AGENTS, label=_("Agents"))
    goal = forms.IntegerField(min_value=1, max_value=MOST_PERCENT, label=_("Service level, %"))
    within = forms.IntegerField(min_value=0, max_value=LONGEST_WAIT_S, label=_("Within, seconds"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        calls, handle, agents = (told.get(name) for name in ("calls", "handle", "agents"))
        if calls and handle and agents and agents <= calls / _HOUR_S * handle:
            fewest = math.floor(calls / _HOUR_S * handle) + 1
            said = gettext("The queue would grow without end: at least {fewest} agents.")
            self.add_error("agents", said.format(fewest=figure(fewest)))
        return told


@dataclass(frozen=True)
class WhatIfRow:
    """Without cells: with so few the queue would grow without end."""

    agents: str
    is_asked: bool
    cells: Sequence[str] = ()
    is_reached: bool = False


@dataclass(frozen=True)
class WhatIf:
    form: WhatIfForm
    rows: Sequence[WhatIfRow]
    goal: Goal | None


def what_if(query: Mapping[str, Any], goal: Goal, busiest: Interval | None, minutes: int) -> WhatIf:
    """Begins with the busiest interval of the plan."""
    asked: dict[str, Any] = {name: value for name, value in query.items() if name.startswith(f"{PREFIX}-")}
    if not asked and busiest:
        asked = {"calls": round(busiest.offered * 60 / minutes, 1), "handle": round(busiest.handle_s, 1)}
        asked |= {"goal": goal.percent, "within": goal.within_s}
        asked = {f"{PREFIX}-{name}": value for name, value in asked.items()}
    form = WhatIfForm(asked or None, prefix=PREFIX, initial={"goal": goal.percent, "within": goal.within_s})
    if not form.is_valid():
        return WhatIf(form, [], None)
    told = form.cleaned_data
    wanted = Goal(told["goal"], told["within"], goal.occupancy, goal.shrinkage)
    a_second = told["calls"] / _HOUR_S
    fewest = wanted.fewest(a_second, told["handle"])
    centre = Centre(told["agents"], a_second, told["handle"]) if told["agents"] else fewest
    beside = [agents for agents in range(centre.agents - 1, centre.agents + 2) if agents]
    return WhatIf(form, [_row(agents, centre, fewest, wanted) for agents in beside], wanted)


def _row(agents: int, asked: Centre, fewest: Centre, goal: Goal) -> WhatIfRow:
    is_asked = agents == asked.agents
    if agents <= asked.erlangs:
        return WhatIfRow(figure(agents), is_asked)
    centre = Centre(agents, asked.calls_per_s, asked.service_s)
    cells = (
        figure(goal.on_roster(agents)),
        percent(100 * centre.service_level(goal.within_s)),
        seconds(centre.mean_wait_s),
        percent(100 * centre.waits),
        percent(100 * centre.load),
    )
    return WhatIfRow(figure(agents), is_asked, cells, agents >= fewest.agents)
