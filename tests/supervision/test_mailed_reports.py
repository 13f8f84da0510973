"""Reports by mail: set up on a screen, begun when due, sent by a job with the rights of whoever had them sent."""

import threading
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common import clock
from apps.events.models import Event
from apps.exports.mailing import begin_due, days_of, next_time
from apps.exports.models import MailedReport
from apps.jobs import running
from apps.jobs.models import Job, JobState
from apps.tenants.models import Tenant
from tests.builders import make_queue, make_user
from tests.reporting.history import History
from tests.supervision.conftest import browser_of

ADD = "/admin/exports/mailedreport/add/"
LIST = "/admin/exports/mailedreport/"
WANTED = {
    "name": "Morning",
    "source": "report",
    "query": "/admin/reports/?about=queues&by=queue&since=2020-01-01",
    "covers": "day",
    "form": "csv",
    "recipients": "chief@example.com,floor@example.com",
    "every": "day",
    "weekday": "1",
    "month_day": "1",
    "at": "07:00",
    "time_zone": "Europe/Berlin",
    "is_active": "on",
}


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Any:
    """Holds the clock still."""
    settings.FILES_DIR = tmp_path

    def hold(*at: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(*at, tzinfo=UTC))  # type: ignore[misc]

    return hold


def send(tenant: Tenant) -> list[Job]:
    begin_due(tenant)
    before = Job.objects.filter(state=JobState.QUEUED).count()
    for _ in range(before):
        assert running.do_next(tenant, threading.Event())
    return list(Job.objects.order_by("id"))


def test_a_report_is_sent_when_it_is_due(in_scope: Tenant, screens: Client, supervisor: User, hold: Any) -> None:
    """Missed several times it goes out once, tells of the day before, and of when it comes next."""
    hold(2026, 3, 4, 5)
    history, queue = History(), make_queue("Support")
    history.stay(history.contact(0, 60, left=60, left_from="queue"), queue, 0, 60, "abandon")
    opened = screens.get(ADD, {"source": "report", "query": "about=queues"}).content.decode()
    assert 'value="about=queues"' in opened
    assert supervisor.email in opened
    assert screens.post(ADD, WANTED).status_code == 302
    report = MailedReport.objects.get()
    assert report.query == "about=queues&by=queue"
    assert report.next_at == datetime(2026, 3, 4, 6, tzinfo=UTC)
    assert send(in_scope) == []

    hold(2026, 3, 5, 8)
    (job,) = send(in_scope)
    assert (job.state, job.by) == (JobState.DONE, supervisor), job.outcome
    (message,) = mail.outbox
    assert message.to == ["chief@example.com", "floor@example.com"]
    assert message.subject == "Morning: 3 Mar 2026"  # it was due on the fourth
    (attached,) = message.attachments
    assert attached[0] == "report-queues-by-queue.csv"
    assert "Offered" in str(attached[1])
    report.refresh_from_db()
    assert report.next_at == datetime(2026, 3, 6, 6, tzinfo=UTC)
    assert send(in_scope) == [job]
    assert "2 rows" not in report.outcome
    assert "sent to 2" in screens.get(LIST).content.decode()
    exported = Event.objects.get(name="data.exported").data["export"]
    assert "chief" in exported["asked"]

    hold(2026, 3, 6, 8)
    MailedReport.objects.update(next_at=datetime(2026, 3, 5, 6, tzinfo=UTC), form="xlsx")
    send(in_scope)
    assert mail.outbox[1].subject == "Morning: 4 Mar 2026"
    assert mail.outbox[1].attachments[0][0] == "report-queues-by-queue.xlsx"
    assert "days of UTC" in str(mail.outbox[1].body)

    late = History(datetime(2026, 3, 4, 23, 30, tzinfo=UTC)).contact(0, 60)  # which is the fifth where its owner is
    MailedReport.objects.update(
        next_at=datetime(2026, 3, 6, 6, tzinfo=UTC), form="csv", source="interaction-detail", query=""
    )
    send(in_scope)
    assert "days of Europe/Berlin" in str(mail.outbox[2].body)
    assert late.name in str(mail.outbox[2].attachments[0][1])


def test_what_went_wrong_is_shown(
    in_scope: Tenant, screens: Client, supervisor: User, hold: Any, settings: Any
) -> None:
    """Rights are those of the day of sending; a mail server that is away is told, and the next one goes out."""
    hold(2026, 3, 4, 5)
    screens.post(ADD, WANTED)
    hold(2026, 3, 4, 8)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    (job,) = send(in_scope)
    assert job.state == JobState.FAILED
    assert "Failed: The mail server did not take it" in screens.get(LIST).content.decode()
    for change in ({"role": Role.AGENT}, {"is_active": False}):
        User.objects.filter(pk=supervisor.pk).update(**change)
        MailedReport.objects.update(next_at=clock.now(), has_failed=False)
        send(in_scope)
        assert MailedReport.objects.get().has_failed, change
    assert mail.outbox == []


def test_what_cannot_be_is_said_at_the_field(screens: Client, hold: Any) -> None:
    for wrong, said in (
        ({"time_zone": "Mars/Base"}, "There is no such time zone."),
        ({"query": "about=x"}, "Select a valid choice."),
        ({"recipients": "nobody"}, "Enter a valid email address."),
        ({"month_day": "32"}, "less than or equal to 31"),
        ({"source": "x"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
        ({"query": "about=\x00"}, "Null characters are not allowed"),
    ):
        answer = screens.post(ADD, {**WANTED, **wrong})
        assert answer.status_code == 200, wrong
        assert said in answer.content.decode(), wrong
    assert not MailedReport.objects.exists()


def test_one_s_own_are_seen_changed_and_removed(screens: Client, supervisor: User, hold: Any) -> None:
    screens.post(ADD, WANTED)
    report = MailedReport.objects.get()
    other = browser_of(make_user(Role.SUPERVISOR))
    page = f"{LIST}{report.pk}/change/"
    assert "Morning" not in other.get(LIST).content.decode()
    assert other.get(page).status_code == 404
    chief_of_all = make_user(Role.ADMIN)
    chief = browser_of(chief_of_all)
    assert "Morning" in chief.get(LIST).content.decode()
    assert chief.post(page, {**WANTED, "name": "Evening"}).status_code == 302
    report.refresh_from_db()
    assert (report.name, report.owner) == ("Evening", chief_of_all)  # and with the rights of the one who wrote it
    assert chief.post(f"{LIST}{report.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not MailedReport.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "after", "expected"),
    [
        ({"every": "day"}, (2026, 3, 4, 7), (2026, 3, 5, 6)),
        ({"every": "week", "weekday": 3}, (2026, 3, 4, 7), (2026, 3, 11, 6)),
        ({"every": "month", "month_day": 31}, (2026, 2, 1, 0), (2026, 2, 28, 6)),
        ({"every": "month", "month_day": 31}, (2026, 3, 1, 0), (2026, 3, 31, 5)),  # summer time began
        ({"every": "day", "at": time(2, 30)}, (2026, 3, 28, 12), (2026, 3, 29, 1, 30)),  # in the hour that is skipped
    ],
)
def test_when_it_is_due_next(wanted: Any, after: Any, expected: Any) -> None:
    report = MailedReport(tenant_id=1, **{"time_zone": "Europe/Berlin", "at": time(7), **wanted})
    assert next_time(report, datetime(*after, tzinfo=UTC)) == datetime(*expected, tzinfo=UTC)


def test_which_days_it_tells_of() -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC).date()
    told = [days_of(MailedReport(tenant_id=1, covers=each), day) for each in ("day", "week", "month")]
    assert [(first.isoformat(), last.isoformat()) for first, last in told] == [
        ("2026-02-28", "2026-02-28"),
        ("2026-02-22", "2026-02-28"),
        ("2026-02-01", "2026-02-28"),
    ]
