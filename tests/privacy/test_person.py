"""One person's data: found by any identifier, exported whole, erased wherever it is kept, and proved."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Event as Stop
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.attendees.models import EngagementAttendee, IdentityVerification
from apps.audit.models import Action, AuditEntry
from apps.bulk.operations import begin, undo
from apps.bulk.task import Task
from apps.common import clock
from apps.directory import operations as directory
from apps.directory.models import CrmRecord
from apps.engagements.models import ConversationEntry, EngagementInteraction, Hook, MailAttachment, MailMessage, Note
from apps.events import reader
from apps.events.models import Event
from apps.exports.mailing import configure_mailed_report
from apps.exports.models import MailedReport
from apps.facades.salesforce_sobjects.models import QueryLocator
from apps.jobs import files
from apps.jobs.models import Job
from apps.jobs.running import do_next
from apps.privacy.forgetting import forget_identifiers
from apps.privacy.models import PersonRequest
from apps.privacy.people import digest
from apps.queues import operations
from apps.reporting.windows import Window
from apps.saved_views.models import SavedView
from apps.tenants.models import Tenant
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import ContactRequest, VoiceCall, VoiceCallRecording
from apps.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.reporting.agreeing import lines

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:privacy_personrequest_changelist")
CRM = "003000000000ABC"
NUMBER, ADDRESS, NAME = "+442079460999", "esi.quaye@example.net", "Esi Quaye-Thorne"
SECRETS = ("9460999", "7946 0999", "esi.quaye", "Quaye-Thorne", CRM, "kittens", "diabetes", "the attic")


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN, "ramona", last_name="Ilves")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def contact(admin: User) -> EngagementInteraction:
    """A call of the person's that is over, with something of them wherever a text can be."""
    directory.configure(
        CrmRecord(object_name="Contact", record_id=CRM, name=NAME, phone="020 7946 0999", email=ADDRESS), by=admin
    )
    agent = make_agent()
    queue = make_queue("Claims", [agent])
    ready(agent)
    made = make_live(queue, customer=NUMBER, user_data={"pet": "kittens"}, subject="About diabetes")
    operations.accept(made, by=agent)
    operations.hang_up(made, by=agent)
    operations.complete(made, by=agent)
    EngagementInteraction.objects.filter(pk=made.pk).update(initiating_attendee_id=CRM, reason="diabetes")
    made.refresh_from_db()
    stamps = {"created_by": admin, "last_modified_by": admin, "owner": admin}
    attendee = EngagementAttendee.objects.create(
        engagement=made, external_attendee_id=CRM, start_date_time=made.start_date_time, **stamps
    )
    IdentityVerification.objects.create(attendee=attendee, means="kittens", passed=True, at=made.opened_at)
    EngagementTopic.objects.create(engagement=made, name="Claim", interaction_summary="diabetes", **stamps)
    ConversationEntry.objects.create(
        interaction=made, number=1, sender_kind="END_USER", participant=NAME, started_at=made.opened_at, text="kittens"
    )
    Note.objects.create(interaction=made, body="Lives in the attic", created_at=made.opened_at)
    call = VoiceCall.objects.create(
        interaction=made,
        call_type="Inbound",
        from_phone_number=NUMBER,
        to_phone_number="+442071838750",
        description="kittens",
        call_start_date_time=made.opened_at,
        created_by=admin,
        last_modified_by=admin,
        owner_user=admin,
    )
    VoiceCallRecording.objects.create(voice_call=call, name="r", location="https://media.example/kittens.wav", **stamps)
    mail = MailMessage.objects.create(
        interaction=made,
        number=1,
        direction="inbound",
        delivery="received",
        message_id="<1@example.net>",
        sender=ADDRESS,
        sender_name=NAME,
        to=["service@harbour.example"],
        cc=[ADDRESS],
        subject="diabetes",
        text="kittens",
        html="<p>the attic</p>",
        created_at=made.opened_at,
    )
    MailAttachment.objects.create(message=mail, name="kittens.png", content_type="image/png", size=1, content=b"x")
    Hook.objects.create(
        interaction=made, type="t", sub_type="s", record_id="9", name="Esi Quaye-Thorne", at=made.opened_at
    )
    return made


def plant_copies(browser: Client, contact: EngagementInteraction, admin: User) -> list[Path]:
    """What others made of the contact: a view and a report by mail of the number, rows that were opened by it, what an
    endpoint answered, and the files of two exports."""
    query = "phone=%2B442079460999"
    SavedView.objects.create(list_name="interactions", owner=admin, name="Of 020 7946 0999", query=query)
    mailed = MailedReport(name=f"Of {ADDRESS}", source="interactions", query=query, recipients=["a@example.com"])
    configure_mailed_report(mailed, by=admin)
    for name, field in (("interactions", "Reason"), ("topics", "InteractionSummary"), ("calls", "Description")):
        job = begin(Task(name, "set", "", (), field, {field: "kittens, diabetes"}), by=admin)
        done(admin.tenant)
        job.refresh_from_db()
        undo(job, by=admin)
        done(admin.tenant)
    QueryLocator.objects.create(
        user=admin, text=f"SELECT Id FROM VoiceCall WHERE FromPhoneNumber = '{NUMBER}'", created_at=clock.now(),
        with_deleted=False, total=1, places={},
    )  # fmt: skip
    browser.get(f"/admin/reports/interaction-details-by-contact/?{query}")
    hook = WebhookEndpoint.objects.create(
        name="CRM", url="https://crm.example/in", position_xid=reader.now().xid, created_by=admin
    )
    at = dict.fromkeys(("event_at", "first_attempt_at", "last_attempt_at"), clock.now())
    sent = WebhookDelivery.objects.create(
        endpoint=hook, event_xid=1, event_id=1, event_name="x", interaction_id=contact.pk, **at
    )
    WebhookAttempt.objects.create(delivery=sent, at=clock.now(), status=200, duration_ms=9, excerpt=f"Hello {NAME}")
    paths = []
    for source in ("interactions", "report"):
        reference, path = files.new(admin.tenant, ".csv")
        path.write_text(NAME)
        Job.objects.create(
            kind="export",
            title="x",
            by=admin,
            state="done",
            ended_at=clock.now(),
            file=reference,
            parameters={"source": source},
        )
        paths.append(path)
    return paths


def done(tenant: Tenant) -> None:
    while do_next(tenant, Stop()):
        pass


def ask(browser: Client, do: str, **given: Any) -> Any:
    return browser.post(PAGE, {"identifiers": "(020) 7946-0999", "widely": "on", "do": do, **given})


def kept_anywhere(secret: str) -> list[str]:
    """Every table that has the text in any row."""
    found = []
    with connection.cursor() as cursor:
        tables = {each.name for each in connection.introspection.get_table_list(cursor)}
        for table in sorted(tables):
            cursor.execute(f"select 1 from {table} t where t::text ilike %s limit 1", [f"%{secret}%"])
            if cursor.fetchone():
                found.append(table)
    return found


def test_all_of_a_person_is_found_in_any_way_and_exported(
    browser: Client, contact: EngagementInteraction, tenant: Tenant, settings: Any, tmp_path: Path
) -> None:
    settings.FILES_DIR = tmp_path
    for typed in ("(020) 7946-0999", NUMBER, ADDRESS.upper().lower(), CRM):
        page = browser.post(PAGE, {"identifiers": typed, "widely": "on", "do": "find"}).content.decode()
        assert "1 contact" in page, typed
    assert "0 contacts" in ask(browser, "find", identifiers="020 7946 0001").content.decode()
    assert ask(browser, "find", identifiers="Esi Quaye").status_code == 422  # a name is not enough
    assert ask(browser, "find", identifiers="+44\x00").status_code == 422
    assert ask(browser, "export", reference="").status_code == 422
    assert ask(browser, "export", reference=f"letter of {ADDRESS}").status_code == 422
    assert ask(browser, "export", reference="DSAR-17").status_code == 302
    done(tenant)
    job = Job.objects.get()
    answer = browser.get(reverse("admin:jobs_job_file", args=[job.uuid]))
    pack = ZipFile(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    told, page = json.loads(pack.read("personal-data.json")), pack.read("personal-data.html").decode()
    assert told["contacts"][0]["identity checks"][0]["means"] == "kittens"
    assert '<html lang="en" dir="ltr">' in page
    assert NAME in page
    assert "Lives in the attic" in page
    assert "&lt;p&gt;the attic" in page
    assert [each["name"] for each in told["directory"]] == [NAME]
    text = json.dumps(told["contacts"])
    assert all(secret in text for secret in ("kittens", "diabetes", "the attic", "9460999"))
    assert NUMBER not in json.dumps([job.title, job.parameters, job.outcome])
    asked = PersonRequest.objects.get()
    assert (asked.identifiers, asked.counts["contacts"], asked.counts["notes"]) == ({}, 1, 1)
    assert AuditEntry.objects.filter(action=Action.TAKEN_OUT, object_name="DSAR-17").exists()
    curious = Client()
    curious.force_login(make_user(Role.SUPERVISOR))
    assert curious.get(PAGE).status_code == 403
    assert curious.get(reverse("admin:jobs_job_file", args=[job.uuid])).status_code == 404


def test_an_erased_person_is_nowhere_and_it_is_proved(
    browser: Client, contact: EngagementInteraction, tenant: Tenant, admin: User, in_order_at_the_end: None
) -> None:
    held = make_live(customer=NUMBER)  # the person is being called back
    ContactRequest.objects.create(
        voice_call=contact.voice_calls.get(),
        callback=held,
        preferred_phone="020 7946 0999",
        owner=admin,
        created_by=admin,
        last_modified_by=admin,
    )
    exported = reverse("admin:engagements_engagementinteraction_table", args=["csv"])
    for asked_for in ("020 7946 0999", "nothing of theirs"):
        b"".join(browser.get(exported, {"q": asked_for}).streaming_content)  # type: ignore[attr-defined]
    kept = plant_copies(browser, contact, admin)
    before = contact.__dict__ | {}
    assert ask(browser, "erasure", reference="DSAR-18").status_code == 422  # says not that it cannot be undone
    assert ask(browser, "erasure", reference="DSAR-18", understood="on").status_code == 302
    done(tenant)
    asked = PersonRequest.objects.get()
    assert asked.counts["kept: live"] == 2
    contact.refresh_from_db()
    assert contact.customer == NUMBER
    assert CrmRecord.objects.exists()  # somebody is still served
    operations.close(held, by=admin)
    now = clock.now()
    window = Window(contact.opened_at - timedelta(hours=1), now + timedelta(hours=1))
    figures = {kind: lines(window, [kind], rows_only=True, at=now) for kind in ("queue", "agent", "channel")}
    assert ask(browser, "erasure", reference="DSAR-19", understood="on").status_code == 302
    done(tenant)
    for secret in SECRETS:
        assert kept_anywhere(secret) == []
    assert [path.exists() for path in kept] == [False, True]  # a table of figures names nobody
    assert not MailedReport.objects.get().is_active
    told = Event.objects.filter(name="data.exported").order_by("pk").values_list("data__export__asked", flat=True)
    assert list(told) == ["", "q=nothing+of+theirs"]
    contact.refresh_from_db()
    assert figures == {kind: lines(window, [kind], rows_only=True, at=now) for kind in figures}
    for column in ("opened_at", "closed_at", "channel", "direction", "stage", "start_date_time", "contact_point"):
        assert getattr(contact, column) == before[column]
    entry = AuditEntry.objects.filter(action=Action.ERASED).latest("id")
    assert entry.object_name == "DSAR-19"
    assert digest(NUMBER) in entry.details["digests"]
    assert all(secret not in json.dumps(entry.details) for secret in SECRETS)
    again = ask(browser, "find").content.decode()
    assert "0 contacts" in again
    assert "Answered before" in again  # whoever knows the number finds the proof
    assert "Answered before" not in ask(browser, "find", identifiers="020 7946 0001").content.decode()
    page = browser.get(reverse("admin:engagements_engagementinteraction_change", args=[contact.pk]))
    assert "Erased person" in page.content.decode()


def test_a_request_that_came_to_nothing_keeps_no_identifiers(
    browser: Client, contact: EngagementInteraction, tenant: Tenant
) -> None:
    ask(browser, "erasure", reference="DSAR-20", understood="on")
    forget_identifiers(tenant)
    assert PersonRequest.objects.get().identifiers["numbers"] == [NUMBER]  # it is still to be done
    browser.post(reverse("admin:jobs_job_stop", args=[Job.objects.get().uuid]))
    forget_identifiers(tenant)
    asked = PersonRequest.objects.get()
    assert (asked.identifiers, asked.done_at, len(asked.digests)) == ({}, None, 4)
    assert "not done" in browser.get(PAGE).content.decode()
