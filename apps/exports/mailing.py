"""Reports by mail: keeping them, beginning those that are due, and sending one."""

import calendar
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import formataddr
from smtplib import SMTPException
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import dateformat, timezone
from django.utils.translation import gettext, ngettext, override

from apps.accounts.models import User
from apps.accounts.operations.setup import drop, keep
from apps.accounts.permissions import Permission, permits
from apps.common import clock
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotAllowed, NotFound, Problem, SwitchroomError
from apps.common.words import figure, spoken_now
from apps.exports.columns import Row
from apps.exports.forms import FORMS
from apps.exports.models import Covers, Every, MailedReport
from apps.exports.sources import Table, is_source, source, zone_of
from apps.exports.working import tell, windows_for
from apps.jobs.operations import start
from apps.jobs.registry import Progress, Run, job
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

KIND = "mailed report"
_LARGEST = 20 * 1024 * 1024  # bytes of a file that mail servers still take
_AT_ONCE = 100  # begun in one transaction
_DAYS_AHEAD = 62  # within which any of them is due again


def visible_to(user: User) -> "QuerySet[MailedReport]":
    """One's own; all of them to whom everything is shown."""
    found = MailedReport.objects.select_related("owner")
    return found if permits(user, Permission.PLATFORM_VIEW_ALL) else found.filter(owner=user)


@transaction.atomic
def configure_mailed_report(report: MailedReport, *, by: User) -> None:
    """Add or change one: it goes out with the rights of `by` from then on, next at its time after now.

    Raises as `keep`, NotFound for another's, Invalid for a zone that nobody knows or a report that cannot be made.
    """
    if report.pk and not visible_to(by).filter(pk=report.pk).exists():
        raise NotFound(gettext("no such report"))
    if report.time_zone not in available_timezones():
        raise Invalid(
            FieldProblem(Problem.MALFORMED, ["time_zone"], gettext("There is no such time zone."), report.time_zone)
        )
    report.owner, report.language = by, spoken_now(by.language)
    report.next_at = next_time(report, clock.now())
    if not is_source(report.source):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["source"], gettext("There is no such report."), report.source))
    table_of(report, by, clock.now())
    keep(report, by=by)


@transaction.atomic
def remove_mailed_report(report: MailedReport, *, by: User) -> None:
    """It goes out no more. Raises as `configure_mailed_report`."""
    if not visible_to(by).filter(pk=report.pk).exists():
        raise NotFound(gettext("no such report"))
    drop(report, by=by)


def next_time(report: MailedReport, after: datetime) -> datetime:
    """When it is due next, on its own clock."""
    zone = ZoneInfo(report.time_zone)
    today = after.astimezone(zone).date()
    for number in range(_DAYS_AHEAD + 1):
        day = today + timedelta(days=number)
        at = datetime.combine(day, report.at, zone).astimezone(UTC)
        if at > after and _falls_on(report, day):
            return at
    raise AssertionError("every kind falls on a day within two months")


def _falls_on(report: MailedReport, day: date) -> bool:
    if report.every == Every.WEEK:
        return day.isoweekday() == report.weekday
    if report.every == Every.MONTH:
        return day.day == min(report.month_day, calendar.monthrange(day.year, day.month)[1])
    return True


def days_of(report: MailedReport, day: date) -> tuple[date, date]:
    """The first and last day that a report tells of which goes out on this day."""
    last = day - timedelta(days=1)
    if report.covers == Covers.MONTH:
        last = day.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    return (last - timedelta(days=6) if report.covers == Covers.WEEK else last), last


def table_of(report: MailedReport, by: User, at: datetime) -> Table:
    """What it sends at this moment, with the rights of `by`. In scope. Raises Forbidden, Invalid."""
    asked = QueryDict(report.query, mutable=True)
    day = at.astimezone(zone_of(report.source, by)).date()
    asked["since"], asked["until"] = (each.isoformat() for each in days_of(report, day))
    return source(report.source)(asked, by)


def begin_due(tenant: Tenant) -> None:
    """Begin a job for each that is due; one that was missed several times goes out once. Opens a scope of its own."""
    with scope(tenant):
        now = clock.now()
        due = MailedReport.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        for report in due.select_related("owner").filter(is_active=True, next_at__lte=now)[:_AT_ONCE]:
            _begin(report)
            report.next_at = next_time(report, now)
            report.save(update_fields=["next_at", "last_at", "outcome", "has_failed"])


def _begin(report: MailedReport) -> None:
    with override(spoken_now(report.owner.language or report.language)):
        try:
            if not report.owner.may_sign_in:
                raise Forbidden(gettext("{name} may not sign in any more").format(name=report.owner.name))
            title = gettext("{report}, by mail").format(report=report.name)
            start(KIND, {"report": report.pk, "at": report.next_at.isoformat()}, by=report.owner, title=title)
        except (Forbidden, NotAllowed) as refused:
            _note(report, str(refused), failed=True)


@job(KIND)
def send_report(run: Run) -> Iterator[Progress]:
    """Write the file and send it. Publishes `data.exported`. What came of it is written down beside the report, too."""
    with scope(run.tenant):
        report = MailedReport.objects.filter(pk=run.parameters["report"]).first()
    if report is None:
        raise NotFound(gettext("the report has been removed"))
    try:
        yield from _sent(report, run)
    except SwitchroomError as refused:
        _write_down(report, run.tenant, str(refused), failed=True)
        raise
    except (OSError, SMTPException) as lost:
        _write_down(
            report, run.tenant, gettext("The mail server did not take it: {lost}").format(lost=lost), failed=True
        )
        raise NotAllowed(gettext("The mail server did not take it: {lost}").format(lost=lost)[:400]) from lost
    _write_down(report, run.tenant, run.outcome, failed=False)


def _sent(report: MailedReport, run: Run) -> Iterator[Progress]:
    at, form = datetime.fromisoformat(run.parameters["at"]), FORMS[report.form]
    with scope(run.tenant), timezone.override(run.by.zone):
        table = table_of(report, run.by, at)
    path = run.new_file(f"{table.name}.{report.form}")
    rows = 0

    def counted() -> Iterator[Sequence[Row]]:
        nonlocal rows
        for window in windows_for(table, run.by):
            rows += len(window)
            yield window

    with path.open("wb") as file:
        for piece in form.write(table.columns, run.by.zone, counted()):
            file.write(piece)
            yield Progress(rows)
    if path.stat().st_size > _LARGEST:
        raise NotAllowed(
            gettext("the file is too large for mail: narrow the report, or take it away from the page of jobs")
        )
    _mail(report, table, path.read_bytes(), at, run)
    with scope(run.tenant):
        asked = urlencode({"to": ", ".join(report.recipients), "limits": report.query})
        tell(table, report.form, asked, rows, run.job_uuid, by=run.by)
    told = ngettext("{rows} row, sent to {number}.", "{rows} rows, sent to {number}.", rows)
    run.outcome = told.format(rows=figure(rows), number=len(report.recipients))
    yield Progress(rows, rows)


def _mail(report: MailedReport, table: Table, content: bytes, at: datetime, run: Run) -> None:
    zone = zone_of(report.source, run.by)
    first, last = days_of(report, at.astimezone(zone).date())
    begin, end = (dateformat.format(each, gettext("j M Y")) for each in (first, last))
    days = begin if first == last else gettext("{begin} to {end}").format(begin=begin, end=end)
    message = EmailMessage(
        f"{report.name}: {days}",
        gettext(
            "{title}, {days}, days of {time_zone}.\n\n"
            "{name} has it sent to you. Whoever has it sent can end it under Reports by mail.\n"
        ).format(title=table.title, days=days, time_zone=zone, name=run.by.name),
        formataddr((run.tenant.name, settings.DEFAULT_FROM_EMAIL)),
        report.recipients,
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach(f"{table.name}.{report.form}", content, FORMS[report.form].content_type.split(";")[0])
    message.send()


def _note(report: MailedReport, outcome: str, *, failed: bool) -> None:
    report.last_at, report.outcome, report.has_failed = clock.now(), outcome[:500], failed


def _write_down(report: MailedReport, tenant: Tenant, outcome: str, *, failed: bool) -> None:
    with scope(tenant):
        MailedReport.objects.filter(pk=report.pk).update(last_at=clock.now(), outcome=outcome[:500], has_failed=failed)
