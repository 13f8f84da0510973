"""A report's figures to take away or to be sent by mail: a line for each queue, agent, day or whatever is asked."""

from collections.abc import Iterator, Sequence
from typing import Any

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
from apps.supervision.reports.lines import Report, ReportLine, report
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
    columns = _columns(asked)
    found: list[Row] = []

    def rows() -> list[Row]:
        if not found:
            made = report(asked)
            found.extend(_row(line, made) for line in (*made.lines, made.total))
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


def _columns(asked: Asked) -> list[Column]:
    """Compared figures stand behind those that they are compared with."""
    columns = [Column(asked.by, dict(BY_CHOICES)[asked.by])]
    for each in map(statistic, asked.names):
        columns.append(Column(each.name, f"{each.label}{_UNITS[each.unit]}", _KINDS[each.unit]))
        if asked.before:
            heading = gettext("{label}, before").format(label=each.label)
            columns.append(Column(f"{each.name}-before", f"{heading}{_UNITS[each.unit]}", _KINDS[each.unit]))
    return columns


def _row(line: ReportLine, of: Report) -> Row:
    row: list[Any] = [line.label]
    for cell, each in zip(line.cells, of.statistics, strict=True):
        row.append(_number(cell.value, each.unit))
        if of.before:
            row.append(_number(cell.before, each.unit))
    return row


def _number(value: float | None, unit: Unit) -> float | None:
    if value is None or unit is Unit.PERCENT:
        return value
    return int(value) if unit is Unit.COUNT else value / 1000


register(SOURCE, report_table, on_tenants_days=True)
