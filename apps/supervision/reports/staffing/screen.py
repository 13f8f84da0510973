"""What the planner's page is made of, whatever of the question makes sense."""

from typing import Any

from django.http import QueryDict

from apps.accounts.models import User
from apps.reporting.staffing import Goal
from apps.supervision.reports.staffing.asked import DEFAULTS, Asked, StaffingForm, own_goal
from apps.supervision.reports.staffing.columns import COLUMNS
from apps.supervision.reports.staffing.plan import Plan, plan
from apps.supervision.reports.staffing.what_if import PREFIX, what_if


def screen(query: QueryDict, by: User) -> dict[str, Any]:
    form = StaffingForm(query, by)
    found: Plan | None = None
    asked = Asked.of(form, by) if form.is_valid() else None
    if asked:
        found = plan(asked, query, by)
    goal = asked.goal if asked else Goal(*own_goal(None), int(DEFAULTS["occupancy"]), int(DEFAULTS["shrinkage"]))
    tried = what_if(query, goal, found.busiest if found else None, asked.minutes if asked else 0)
    return {
        "form": form,
        "asked": asked,
        "plan": found,
        "own": own_goal(asked.queue) if asked else None,
        "what_if": tried,
        "columns": COLUMNS,
        "zone": by.zone,
        "kept": [(name, value) for name, value in query.items() if not name.startswith(f"{PREFIX}-")],
        "kept_what_if": [(name, value) for name, value in query.items() if name.startswith(f"{PREFIX}-")],
    }
