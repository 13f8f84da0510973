"""The planner's week to take away: a line for each weekday and interval of which there is anything."""

from collections.abc import Iterator, Sequence

from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.errors import FieldProblem, Forbidden, Invalid, Problem
from apps.common.words import later as _
from apps.exports.columns import Column, Row
from apps.exports.sources import Table, register
from apps.supervision.reports.staffing.asked import Asked, StaffingForm
from apps.supervision.reports.staffing.columns import COLUMNS
from apps.supervision.reports.staffing.plan import begin, usual_of
from apps.tenants.scope import scope

SOURCE = "staffing"


def staffing_table(query: QueryDict, by: User) -> Table:
    """As far as `by` sees. In scope. Raises Forbidden, and Invalid for what cannot be planned."""
    if not permits(by, Permission.ASSIGNED_REPORTS_READ):
        raise Forbidden(gettext("reports are not for you"))
    form = StaffingForm(query, by)
    if not form.is_valid():
        said = [FieldProblem(Problem.CONTRADICTION, ["query"], str(each[0])) for each in form.errors.values()]
        raise Invalid(*said)
    asked = Asked.of(form, by)
    found: list[Row] = []

    def rows() -> list[Row]:
        if not found:
            for each in usual_of(asked, by).intervals:
                if each.needed or each.ready:
                    values = [(told.of(each, asked.goal), told.places) for told in COLUMNS]
                    numbers = [value if value is None else round(value, places) for value, places in values]
                    found.append([str(WEEKDAYS[each.weekday - 1]), begin(each), *numbers])
        return found

    def windows() -> Iterator[Sequence[Row]]:
        with scope(by.tenant):
            made = rows()
        yield made

    def count(most: int | None) -> int:
        return len(rows())

    columns = [Column("weekday", _("Weekday")), Column("from", _("From")), *(told.column for told in COLUMNS)]
    return Table(SOURCE, gettext("Staffing of {queue}").format(queue=asked.queue), columns, windows, count)


register(SOURCE, staffing_table)
