"""A report's figures to take away or to be sent by mail: a line for each queue, agent, day or whatever is asked."""

from collections.abc import Iterator, Sequence

from django.http import QueryDict
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.errors import FieldProblem, Forbidden, Invalid, Problem
from apps.common.words import inside
from apps.exports.columns import Column, Kind, Row
from apps.exports.sources import Table, register
from apps.reporting.statistics.asking import statistic
from apps.reporting.statistics.definition import Unit
from apps.supervision.reports.asked import ABOUT, BY_CHOICES, Asked, ReportForm, with_defaults
from apps.supervision.reports.lines import Cell, report
from apps.tenants.scope import scope

SOURCE = "report"
_UNITS = {Unit.MILLIS: ", s", Unit.PERCENT: ", %", Unit.COUNT: ""}
_KINDS = {Unit.MILLIS: Kind.NUMBER, Unit.PERCENT: Kind.NUMBER, Unit.COUNT: Kind.INTEGER}


def report_table(query: QueryDict, by: User) -> Table:
    """As far as `by` sees. In scope. Raises Forbidden, and Invalid for what cannot be reported."""
    if not permits(by, Permission.ASSIGNED_REPORTS_READ):
        raise Forbidden(gettext("reports are not for you"))
    form = ReportForm(with_defaults(query))
    if not form.is_valid():
        said = [FieldProblem(Problem.CONTRADICTION, ["query"], str(each[0])) for each in form.errors.values()]
        raise Invalid(*said)
    asked = Asked.of(form, by)
    statistics = [statistic(name) for name in asked.names]
    columns = [Column(asked.by, dict(BY_CHOICES)[asked.by])]
    columns += [Column(each.name, f"{each.label}{_UNITS[each.unit]}", _KINDS[each.unit]) for each in statistics]
    found: list[Row] = []

    def rows() -> list[Row]:
        if not found:
            made = report(asked)
            units = [each.unit for each in statistics]
            for line in (*made.lines, made.total):
                values = [_number(cell, unit) for cell, unit in zip(line.cells, units, strict=True)]
                found.append([line.label, *values])
        return found

    def windows() -> Iterator[Sequence[Row]]:
        with scope(by.tenant):
            found = rows()
        yield found

    def count(most: int | None) -> int:
        return len(rows())

    title = gettext("Report on {about} by {dict}").format(
        about=inside(ABOUT[asked.about]), dict=inside(dict(BY_CHOICES)[asked.by])
    )
    return Table(f"report-{asked.about}-by-{asked.by}", title, columns, windows, count)


def _number(cell: Cell, unit: Unit) -> float | None:
    if cell.value is None or unit is Unit.PERCENT:
        return cell.value
    return int(cell.value) if unit is Unit.COUNT else cell.value / 1000


register(SOURCE, report_table, on_tenants_days=True)
