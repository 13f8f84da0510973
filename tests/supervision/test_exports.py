"""Lists as files, straight away or by a job; the screen of the jobs."""

import csv
import json
import threading
from io import BytesIO, StringIO

import pyarrow.parquet as parquet
import pytest
from django.urls import reverse

from apps.accounts.roles import Role
from apps.events.models import Event
from apps.jobs.models import Job
from apps.jobs.operations import start
from apps.jobs.running import do_next
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.site import site
from tests.builders import make_agent, make_live, make_queue, make_tenant, make_user
from tests.supervision.conftest import browser_of

LIST = "/admin/engagements/engagementinteraction/"
JOBS = "/admin/jobs/job/"


@pytest.fixture(autouse=True)
def kept(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def read(answer) -> bytes:
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content)


def test_every_list_of_the_set_up_is_exported(in_scope):
    administrator = browser_of(make_user(Role.ADMIN))
    make_queue("=Claims", [make_agent()])
    for model, screen in site._registry.items():
        if not isinstance(screen, OperationAdmin):
            continue
        rows = read(administrator.get(reverse(screen.export_url, args=["jsonl"]))).splitlines()
        listed = administrator.get(reverse(f"admin:{screen.opts.app_label}_{screen.opts.model_name}_changelist"))
        if listed.status_code == 200:
            assert len(rows) == len(listed.context["cl"].result_list), model
            assert reverse(screen.export_url, args=["csv"]) in listed.content.decode()
    head, queue = csv.reader(StringIO(read(administrator.get("/admin/queues/queue/export.csv?q=Claims")).decode()[1:]))
    assert (head[:3], queue[1:3]) == (["Id", "Name", "Members"], ["'=Claims", "1"])


def test_a_list_keeps_its_order_filters_and_rights(screens, in_scope):
    for name in ("b", "c", "a"):
        make_queue(name)
    told = read(screens.get("/admin/queues/queue/export.jsonl?o=-0&p=7"))
    assert [json.loads(line)["name"] for line in told.splitlines()] == ["c", "b", "a"]
    assert screens.get("/admin/queues/queue/export.csv?nonsense=1").status_code == 400
    assert screens.get("/admin/queues/queue/export.xls").status_code == 404
    assert screens.get("/admin/webhooks/webhookendpoint/export.csv").status_code == 403
    (event,) = Event.objects.filter(name="data.exported")
    assert event.data["export"] == {"what": "Queues", "format": "jsonl", "asked": "o=-0&p=7", "rows": 3, "job": None}


def test_a_long_list_becomes_a_job_with_a_file(screens, supervisor, settings):
    settings.EXPORT_AT_ONCE = 2
    names = [make_live(channel="chat").name for _ in range(3)]
    make_live()
    asked = f"{LIST}table.parquet?channel=chat"
    assert b"more than 2 rows" in screens.get(asked).content
    assert not Job.objects.exists()
    assert screens.post(asked).headers["Location"] == JOBS
    assert b"hx-trigger" in screens.get(JOBS).content
    assert do_next(supervisor.tenant, threading.Event())
    page = screens.get(JOBS, {"part": "rows"}).content.decode()
    assert "hx-trigger" not in page
    assert "3 rows." in page
    job = Job.objects.get()
    answer = screens.get(f"{JOBS}{job.uuid}/file/")
    assert answer["Content-Disposition"] == 'attachment; filename="interactions.parquet"'
    assert parquet.read_table(BytesIO(read(answer))).column("name").to_pylist() == names[::-1]
    exported = Event.objects.get(name="data.exported").data["export"]
    assert (exported["rows"], exported["job"], exported["asked"]) == (3, str(job.uuid), "channel=chat")


def test_a_job_of_somebody_else_is_absent(screens, supervisor, settings):
    settings.EXPORT_AT_ONCE = 0
    make_queue()
    screens.post("/admin/queues/queue/export.csv")
    do_next(supervisor.tenant, threading.Event())
    file, stop = (f"{JOBS}{Job.objects.get().uuid}/{what}/" for what in ("file", "stop"))
    other, agent = browser_of(make_user(Role.SUPERVISOR)), browser_of(make_user(Role.AGENT))
    assert (other.get(file).status_code, other.post(stop).status_code) == (404, 404)
    assert agent.get(file).status_code == 302
    assert read(browser_of(make_user(Role.ADMIN)).get(file))
    stranger = browser_of(make_user(Role.ADMIN, tenant=make_tenant("Somebody Else")))
    assert stranger.get(file).status_code == 404
    assert stranger.get(JOBS).status_code == 200


def test_one_that_waits_is_stopped_on_the_screen(screens, supervisor):
    job = start("export", {}, by=supervisor, title="<b>Export</b>")
    assert "&lt;b&gt;Export" in screens.get(JOBS).content.decode()
    assert screens.post(f"{JOBS}{job.uuid}/stop/").status_code == 302
    assert "Cancelled" in screens.get(JOBS).content.decode()
