"""What is made while nobody looks speaks as its person does: titles, outcomes, files and mail."""

import csv
import threading
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common import clock
from apps.exports.mailing import begin_due
from apps.exports.models import MailedReport
from apps.jobs import files
from apps.jobs.models import Job
from apps.jobs.running import do_next
from apps.tenants.models import Tenant
from tests.builders import make_queue, make_user
from tests.supervision.conftest import browser_of
from tests.supervision.test_mailed_reports import ADD, WANTED

QUEUES = "/admin/queues/queue/export.csv"


@pytest.fixture
def german(in_scope: Tenant, settings: Any, tmp_path: Any) -> User:
    settings.FILES_DIR = tmp_path
    return make_user(Role.SUPERVISOR, language="de", time_zone="Europe/Berlin")


@pytest.fixture
def reads(german: User) -> Client:
    return browser_of(german)


def done(by: User) -> Job:
    assert do_next(by.tenant, threading.Event())
    return Job.objects.latest("id")


def heads(content: bytes) -> list[str]:
    return next(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_a_file_is_headed_in_the_language_of_who_takes_it(reads: Client, german: User, settings: Any) -> None:
    """The server reads a stream on when the page's language is gone, and a worker never had one."""
    make_queue("Schäden")
    at_once = reads.get(QUEUES)
    assert at_once.streaming
    at_once_heads = heads(b"".join(at_once.streaming_content))  # type: ignore[arg-type]
    assert at_once_heads[:3] == ["ID", "Name", "Mitglieder"]

    settings.EXPORT_AT_ONCE = 0
    reads.post(QUEUES)
    job = done(german)
    assert (job.title, job.outcome) == ("Warteschlangen als CSV", "1 Zeile.")
    path = files.found(german.tenant, job.file)
    assert path
    assert heads(path.read_bytes()) == at_once_heads

    User.objects.filter(pk=german.pk).update(language="")  # the browser's, then
    reads.post(QUEUES, headers={"Accept-Language": "de-AT"})
    assert done(german).title == "Warteschlangen als CSV"
    reads.post(QUEUES)
    assert done(german).outcome == "1 row."


def test_a_report_by_mail_is_written_in_its_owners_language(
    reads: Client, german: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 4, 5, tzinfo=UTC))
    assert reads.post(ADD, {**WANTED, "name": "Morgens"}).status_code == 302
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 5, 8, tzinfo=UTC))
    begin_due(german.tenant)
    job = done(german)
    (message,) = mail.outbox
    assert (job.title, message.subject) == ("Morgens, per E-Mail", "Morgens: 3. Mär 2026")
    assert "lässt es Ihnen senden" in message.body
    assert (job.outcome, MailedReport.objects.get().outcome) == (job.outcome,) * 2
    assert job.outcome.endswith("an 2 gesendet.")
