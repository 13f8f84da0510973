"""Doing something to all that a list finds: asked for on a screen, done by a worker, told record by record."""

import csv
import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Reach, Role
from apps.bulk import working
from apps.bulk.models import BulkRow
from apps.bulk.operations import begin
from apps.bulk.task import Task
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.jobs import running
from apps.jobs.models import Job, JobState
from apps.jobs.registry import Run
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field
from apps.queues import operations
from apps.queues.models import QueueEntry
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.supervision.conftest import browser_of
from tests.supervision.test_views import LIST, list_of, names, recorded

Begin = Callable[..., Job]


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(working, "WINDOW", 2)
    monkeypatch.setattr(running, "_SAVE_SECONDS", 0)


def do() -> Job:
    job = Job.objects.latest("id")
    assert running.do_next(job.tenant, threading.Event())
    job.refresh_from_db()
    return job


@pytest.fixture
def ask(screens: Client) -> Begin:
    """Presses the button on the page that says what will happen, and has it done."""

    def asking(asked: dict[str, Any], given: dict[str, str], path: str = LIST) -> Job:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        answer = screens.post(f"{path}bulk/?{query}", given)
        assert answer.status_code == 302, answer.content.decode()
        job = do()
        assert answer["Location"] == f"/admin/bulk/bulkrow/{job.uuid}/"
        return job

    return asking


def told(job: Job) -> dict[str, tuple[str, str]]:
    return {row.name: (row.outcome, row.said) for row in BulkRow.objects.filter(job=job)}


def test_a_field_of_all_that_are_found_is_set_told_and_taken_back(
    screens: Client, ask: Begin, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    operations.accept(live, by=agent)
    rows = [recorded(supervisor, status="New", reason=f"Card {number}") for number in range(4)]
    already = recorded(supervisor, status="Completed", reason="Card done")
    moved = recorded(supervisor, reason="Moving")

    step = screens.get(f"{LIST}bulk/?action=set&Reason=card").content.decode()
    assert "5 interactions" in step
    assert '<option value="Status"' in step
    page = screens.get(f"{LIST}bulk/?action=set&Reason=card&field=Status").content.decode()
    assert "Set a field: 5 interactions" in page
    assert screens.post(f"{LIST}bulk/?action=set&Reason=card&field=Status", {"Status": "Nonsense"}).status_code == 422

    job = ask({"action": "set", "field": "Status", "Reason": "card"}, {"Status": "Completed"})
    assert (job.state, job.done, job.title) == ("done", 5, "Set Status to Completed: interactions")
    assert job.outcome == "4 changed, 1 was so already."
    assert set(
        EngagementInteraction.objects.filter(reason__startswith="Card").values_list("mapped_state", flat=True)
    ) == {"Completed"}
    moved.refresh_from_db()
    assert moved.status is None
    assert Event.objects.filter(name="engagement.changed", interaction_id=rows[0].pk).count() == 1
    report = screens.get(f"/admin/bulk/bulkrow/{job.uuid}/report.csv")
    lines = list(csv.reader(StringIO(b"".join(report.streaming_content).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert [rows[0].name, "Changed", "", "New", "Completed", str(rows[0].pk)] in lines
    assert job.file_name == "what-was-done.csv"
    html = screens.get(f"/admin/bulk/bulkrow/{job.uuid}/?outcome=same").content.decode()
    assert names(html) == [already.name]
    assert "every 1s" not in html

    EngagementInteraction.objects.filter(pk=rows[1].pk).update(status="In Progress")
    screens.post(f"/admin/bulk/bulkrow/{job.uuid}/undo/")
    back = do()
    assert back.outcome == "3 changed, 1 left as it was."
    assert told(back)[rows[1].name] == ("left", "somebody has changed it since")
    rows[0].refresh_from_db()
    already.refresh_from_db()
    assert (rows[0].status, rows[0].mapped_state, already.status) == ("New", "New", "Completed")


def test_own_fields_owners_and_ticked_rows(ask: Begin, supervisor: User) -> None:
    define_custom_field("EngagementInteraction", "Place__c", CustomFieldKind.GEOLOCATION)
    define_custom_field("EngagementInteraction", "Wanted__c", CustomFieldKind.CHECKBOX)
    one, other = recorded(supervisor), recorded(supervisor)
    taker = make_user(Role.ADMIN)
    ask({"action": "set", "field": "Place__c", "pick": one.pk}, {"Place__c_latitude": "53", "Place__c_longitude": "9"})
    ask({"action": "set", "field": "Wanted__c"}, {"Wanted__c": "on"})
    ask({"action": "set", "field": "OwnerId", "pick": one.pk}, {"OwnerId": taker.public_id})
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.custom_fields == {"Place__c": {"latitude": 53, "longitude": 9}, "Wanted__c": True}
    assert (other.custom_fields, one.owner, other.owner) == ({"Wanted__c": True}, taker, supervisor)


def test_live_work_is_moved_assigned_prioritised_and_ended_each_by_its_operation(
    screens: Client, ask: Begin, supervisor: User
) -> None:
    claims, billing = make_queue("Claims"), make_queue("Billing")
    agent = ready(make_agent())
    held = make_live(make_queue(members=[agent]))
    operations.accept(held, by=agent)
    waits, there, arrives = make_live(claims), make_live(billing), make_live()
    moved = ask({"action": "move"}, {"queue": str(billing.pk)})
    assert told(moved) == {
        held.name: ("left", "it does not wait"),
        waits.name: ("changed", ""),
        arrives.name: ("changed", ""),
        there.name: ("same", ""),
    }
    screens.post(f"/admin/bulk/bulkrow/{moved.uuid}/undo/")
    back = do()
    assert told(back) == {waits.name: ("changed", ""), arrives.name: ("left", "it was not moved out of a queue")}
    assert QueueEntry.objects.get(interaction=waits, left_at=None).queue == claims
    ask({"action": "move"}, {"queue": str(billing.pk)})
    ranked = ask({"action": "prioritise", "queue": str(billing.uuid)}, {"priority": "7"})
    assert ranked.outcome == "3 changed."
    assert set(QueueEntry.objects.filter(left_at=None).values_list("priority", "queue__name")) == {(7, "Billing")}
    assert (
        ask({"action": "prioritise", "stage": "live"}, {"priority": "7"}).outcome
        == "3 was so already, 1 left as it was."
    )
    screens.post(f"/admin/bulk/bulkrow/{ranked.uuid}/undo/")
    assert do().outcome == "3 changed."
    assert set(QueueEntry.objects.filter(left_at=None).values_list("priority", flat=True)) == {100}
    taker = ready(make_agent())
    given = ask({"action": "assign", "pick": waits.pk}, {"agent": str(taker.pk)})
    assert told(given) == {waits.name: ("changed", "")}
    assert QueueEntry.objects.get(interaction=waits, left_at=None).target_agent == taker
    done = recorded(supervisor)
    ended = ask({"action": "close"}, {})
    assert told(ended)[done.name][0] == "left"
    assert not EngagementInteraction.objects.live().exists()


@pytest.mark.parametrize("name", ["interactions", "attendees", "topics"])
def test_what_is_deleted_lies_in_the_recycle_bin_and_comes_back(
    screens: Client, ask: Begin, supervisor: User, name: str
) -> None:
    one, live = recorded(supervisor), make_live()
    path, listed = list_of(name), {"interactions": 2, "attendees": 2, "topics": 1}[name]
    job = ask({"action": "delete"}, {}, path)
    assert job.outcome == f"{listed} changed."
    assert names(screens.get(path).content.decode()) == []
    bin_ = screens.get(f"{path}?deleted=1").content.decode()
    assert len(names(bin_)) == listed
    assert '<option value="undelete">' in bin_
    assert '<option value="delete">' not in bin_
    back = ask({"action": "undelete", "deleted": "1"}, {}, path)
    assert back.outcome == f"{listed} changed."
    assert len(names(screens.get(path).content.decode())) == listed
    live.refresh_from_db()
    assert live.is_live == (name != "interactions")
    assert EngagementTopic.objects.filter(engagement=one).exists()
    screens.post(f"/admin/bulk/bulkrow/{back.uuid}/undo/")
    assert do().outcome == f"{listed} changed."
    assert names(screens.get(path).content.decode()) == []


def test_whoever_begins_anew_goes_on_and_what_came_later_is_not_meant(supervisor: User) -> None:
    rows = [recorded(supervisor, status="New") for _ in range(5)]
    task = Task("interactions", "set", "status=New", (), "Status", {"Status": "Completed"})
    job = begin(task, by=supervisor)
    run = Run(job.tenant, supervisor, str(job.uuid), job.parameters)
    steps = working.work(run)
    assert [next(steps).done, next(steps).done] == [0, 2]
    steps.close()  # its worker died
    assert run.outcome == "2 changed."
    EngagementInteraction.objects.filter(pk=recorded(supervisor, status="New").pk).update(
        created_date="2099-01-01T00:00Z"
    )
    again = [(each.done, each.total) for each in working.work(run)]
    assert again == [(2, 5), (4, 5), (5, 5), (5, 5)]
    assert run.outcome == "5 changed."
    assert set(told(job)) == {row.name for row in rows}
    assert EngagementInteraction.objects.filter(status="New").count() == 1


def test_what_nobody_may_or_can_do(
    screens: Client, supervisor: User, in_scope: Tenant, other_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(supervisor)
    for nonsense in ("action=none", "action=undelete", "action=delete&deleted=1", ""):
        assert screens.get(f"{LIST}bulk/?{nonsense}").status_code == 404
    assert "Set a field" in screens.get(f"{LIST}bulk/?action=set&field=ExternalIdentifier").content.decode()
    assert screens.get(f"{list_of('topics')}bulk/?action=move").status_code == 404
    job = begin(Task("interactions", "delete"), by=supervisor)
    theirs = browser_of(make_user(Role.SUPERVISOR))
    bounded = browser_of(make_user(Role.SUPERVISOR, granted=["PLATFORM_VIEW_ALL"], reach=Reach.TEAMS))
    for path in ("", "report.csv"):
        for browser in (theirs, bounded):
            assert browser.get(f"/admin/bulk/bulkrow/{job.uuid}/{path}").status_code == 404
    assert theirs.post(f"/admin/bulk/bulkrow/{job.uuid}/undo/").status_code == 404
    answer = screens.post(f"/admin/bulk/bulkrow/{job.uuid}/undo/", follow=True)
    assert "It is not over yet" in answer.content.decode()
    reader = make_user(Role.SUPERVISOR, granted=["INTERACTIONS_API_READ_ALL", "MANAGE_JOBS"])
    assert 'name="pick"' not in browser_of(reader).get(LIST).content.decode()
    assert browser_of(reader).get(f"{LIST}bulk/?action=delete").status_code == 403
    User.objects.filter(pk=supervisor.pk).update(granted=[])  # taken away before a worker came to it
    assert (do().state, EngagementInteraction.objects.count()) == (JobState.FAILED, 1)
    with scope(other_tenant):
        assert not BulkRow.objects.exists()


@pytest.mark.parametrize("asked", ["pick=x", "pick=", "pick=1&pick=%00", "&".join(f"pick={key}" for key in range(501))])
def test_ticked_rows_that_cannot_be_read_are_not_all_rows(screens: Client, supervisor: User, asked: str) -> None:
    recorded(supervisor)
    for send in (screens.get, screens.post):
        answer = send(f"{LIST}bulk/?action=delete&{asked}", follow=True)
        assert "The rows that were ticked cannot be read. Nothing was done." in answer.content.decode()
    assert not Job.objects.exists()


def test_nothing_is_begun_where_nothing_is_found(screens: Client, supervisor: User, other_tenant: Tenant) -> None:
    mine = recorded(supervisor)
    with scope(other_tenant):
        theirs = make_live()
    bounded = browser_of(make_user(Role.SUPERVISOR, reach=Reach.TEAMS))
    for browser, asked in (
        (screens, f"delete&pick={theirs.pk}"),
        (bounded, f"delete&pick={mine.pk}"),
        (screens, "delete&since=nonsense"),
        (screens, "delete&status=none-such"),
        (screens, "undelete&deleted=1"),
    ):
        answer = browser.post(f"{LIST}bulk/?action={asked}", follow=True)
        assert "Nothing is found, so nothing is done" in answer.content.decode(), asked
    answer = screens.post(f"{LIST}bulk/?action=delete&Colour__c=red", follow=True)  # the field is switched off by now
    assert "This list has no filter Colour__c" in answer.content.decode()
    assert not Job.objects.exists()


def test_one_that_is_stopped_says_what_it_has_done(
    screens: Client, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        recorded(supervisor, status="New")
    job = begin(Task("interactions", "set", "", (), "Status", {"Status": "Completed"}), by=supervisor)
    page, stop = f"/admin/bulk/bulkrow/{job.uuid}/", reverse("admin:jobs_job_stop", args=[job.uuid])
    said: list[str] = []

    def stopped(*arguments: Any) -> None:
        if BulkRow.objects.filter(job=job).count() == 2 and not said:
            said.append(screens.post(stop)["Location"])
        keep(*arguments)

    keep = running._keep
    monkeypatch.setattr(running, "_keep", stopped)
    job = do()
    assert (job.state, job.done, job.total) == (JobState.CANCELLED, 2, 5)
    assert job.outcome == "Stopped; what was done until then stays: 2 changed."
    assert said == [page]
    html = screens.get(page).content.decode()
    assert "Stopped; what was done until then stays: 2 changed." in html
    assert "2 of 5" in html
    assert "Undo" in html
