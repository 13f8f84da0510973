"""Bringing a file in on the screens: its columns, a trial, the job, and for whom they are."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.roles import Role
from apps.engagements.models import EngagementInteraction
from apps.jobs.models import Job
from apps.jobs.running import do_next
from tests.builders import make_user
from tests.supervision.conftest import browser_of

IMPORT = "/admin/imports/importedinteraction/"
FILE = b"External Identifier;Start Date Time;Note\nx-1;2025-07-01 12:00:00;<b>\nx-2;yesterday;\n"


@pytest.fixture(autouse=True)
def kept(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def test_a_file_is_tried_and_then_brought_in(in_scope):
    admin = make_user(Role.ADMIN)
    browser = browser_of(admin)
    assert browser.post(IMPORT, {"file": SimpleUploadedFile("a.exe", FILE)}).headers["Location"] == IMPORT
    assert browser.get(f"{IMPORT}columns/").status_code == 404
    answer = browser.post(IMPORT, {"file": SimpleUploadedFile("calls.csv", FILE)})
    page = browser.get(answer.headers["Location"]).content.decode()
    assert 'value="StartDateTime" selected' in page
    assert "&lt;b&gt;" in page
    chosen = {"column:External Identifier": "ExternalIdentifier", "column:Start Date Time": "StartDateTime"}
    rest = {"zone": "Europe/Berlin", "rest": '{"constants": {"CommunicationChannel": "Voice Call"}}'}
    assert "is no time zone" in browser.post(f"{IMPORT}columns/", {**chosen, **rest, "zone": "x"}).content.decode()
    assert "A mapping is an object" in browser.post(f"{IMPORT}columns/", {**chosen, "rest": "{"}).content.decode()
    for asked, count in (({"dry": "1"}, 0), ({}, 1)):
        assert browser.post(f"{IMPORT}columns/", {**chosen, **rest, **asked}).headers["Location"] == "/admin/jobs/job/"
        assert do_next(admin.tenant, threading.Event())
        assert EngagementInteraction.objects.count() == count
    job = Job.objects.first()
    assert job.outcome == "2 rows: 1 added, 0 changed, 0 unchanged, 1 left out."
    told = b"".join(browser.get(f"/admin/jobs/job/{job.uuid}/file/").streaming_content).decode()
    assert "3,Start Date Time,'yesterday' is no time.,x-2" in told.replace('"', "").replace("''", "'")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "Größe;Start\n1;2\n".encode("latin-1"), "The names of the file’s columns are no UTF-8."),
        ("a.csv", "External Identifier,Start\n1,2\n".encode("utf-16"), "The names of the file’s columns are no UTF-8."),
        ("a.csv", b"PK\x03\x04\x00\x00\xff\n1\n", "The names of the file’s columns are no UTF-8."),
        ("a.csv", b",".join(b"%d" % number for number in range(501)), "The file has more than 500 columns."),
        ("a.csv", b"a," * 2_500_000, "A line of the file is longer than any row can be."),
        ("a.jsonl", b'{"a": "' + b"a" * 5_000_000, "A line of the file is longer than any row can be."),
        ("a.csv", b"", "The file has no heading."),
        ("a.xlsx", b"PK", "Choose a file that ends in .csv or .jsonl."),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_reason(in_scope, name, content, said):
    browser = browser_of(make_user(Role.ADMIN))
    answer = browser.post(IMPORT, {"file": SimpleUploadedFile(name, content)}, follow=True)
    assert said in answer.content.decode()
    assert answer.request["PATH_INFO"] == IMPORT
    assert not Job.objects.exists()


def test_values_that_are_no_text_are_shown_as_far_as_they_are(in_scope):
    browser = browser_of(make_user(Role.ADMIN))
    sent = SimpleUploadedFile("a.csv", "External Identifier;Reason\nx-1;Gr\u00f6\u00dfe\n".encode("latin-1"))
    assert "Gr??e" in browser.post(IMPORT, {"file": sent}, follow=True).content.decode()


def test_who_may_do_no_jobs_brings_nothing_in(screens, supervisor):
    supervisor.granted = ["INTERACTIONS_API_READ_ALL"]
    supervisor.save()
    assert [screens.get(address).status_code for address in (IMPORT, f"{IMPORT}columns/")] == [403, 403]
    assert screens.post("/admin/engagements/engagementinteraction/table.csv").status_code == 403
