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


def test_who_may_do_no_jobs_brings_nothing_in(screens, supervisor):
    supervisor.granted = ["INTERACTIONS_API_READ_ALL"]
    supervisor.save()
    assert [screens.get(address).status_code for address in (IMPORT, f"{IMPORT}columns/")] == [403, 403]
    assert screens.post("/admin/engagements/engagementinteraction/table.csv").status_code == 403
