"""A contact that came twice becomes one; a field is written where it stands; calls have a form."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.privacy.models import Anonymised, LegalHold
from apps.queues import operations
from apps.tenants.models import Tenant
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import VoiceCall
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.supervision.conftest import browser_of
from tests.supervision.test_editing import _Fields, form_at
from tests.supervision.test_views import LIST, list_of, recorded

NUMBER = "+44 20 7946 0123"


def merge_page(one: EngagementInteraction, other: EngagementInteraction | None = None) -> str:
    return f"{LIST}{one.pk}/merge/" + (f"?other={other.pk}" if other else "")


def test_what_came_twice_becomes_one(screens: Client, supervisor: User) -> None:
    agent = ready(make_agent())
    call = make_live(make_queue(members=[agent]))
    operations.accept(call, by=agent)
    operations.complete(call, by=agent)
    again = recorded(supervisor, phone_number=NUMBER, reason="Lost card", external_identifier="x-9", type="Outbound")
    call.refresh_from_db()

    assert again.name in screens.get(merge_page(call)).content.decode()  # of the same number
    assert again.name in screens.get(f"{merge_page(call)}?q=x-9").content.decode()
    page = screens.get(merge_page(call, again)).content.decode()
    for text in ("Lost card", "x-9", "1 topic"):
        assert text in page
    proposed = re.findall(r'value="(\w+)" aria-label="Take [^"]*" checked', page)
    assert {"Reason", "ExternalIdentifier"} <= set(proposed)
    assert "Type" not in proposed

    answer = screens.post(merge_page(call, again), {"take": ["Reason", "ExternalIdentifier"]})
    assert answer["Location"] == f"{LIST}{call.pk}/change/"
    call.refresh_from_db()
    assert (call.reason, call.external_identifier, call.type) == ("Lost card", "x-9", "Inbound")
    assert EngagementTopic.objects.get().engagement == call
    assert EngagementAttendee.objects.filter(engagement=call, external_attendee_id="003A").exists()
    assert not EngagementInteraction.objects.filter(pk=again.pk).exists()
    events = Event.objects.filter(name__in=("engagement.changed", "engagement.deleted")).order_by("-id")[:2]
    assert [(event.name, event.interaction_id) for event in events] == [
        ("engagement.deleted", again.pk),
        ("engagement.changed", call.pk),
    ]
    assert events[1].data["changes"]["merged"]["name"] == again.name
    assert again.name in screens.get(f"{LIST}?deleted=1").content.decode()


def test_who_took_part_in_both_is_there_once(screens: Client, supervisor: User) -> None:
    one, other = recorded(supervisor), recorded(supervisor)
    screens.post(merge_page(one, other))
    people = EngagementAttendee.objects.filter(engagement=one)
    assert sorted(person.external_attendee_id or "" for person in people) == ["", "003A"]
    assert EngagementTopic.objects.filter(engagement=one).count() == 2


def test_what_cannot_be_merged_says_why(screens: Client, supervisor: User) -> None:
    one, live = recorded(supervisor), make_live()
    ended = make_live()
    operations.abandon(ended, by=supervisor)
    for other, why in ((live, "is live"), (ended, "was live here")):
        page = screens.get(merge_page(one, other)).content.decode()
        assert why in page
        assert why in screens.post(merge_page(one, other), follow=True).content.decode()
    assert merge_page(ended, one) in page
    assert EngagementInteraction.objects.count() == 3
    held, emptied = recorded(supervisor), recorded(supervisor)
    LegalHold.objects.create(interaction=held, reason="Case 7", by=supervisor)
    Anonymised.objects.create(interaction=emptied)
    for kept, other, why in (
        (one, held, "is under a legal hold"),
        (one, emptied, "was removed"),
        (emptied, one, "was removed"),
    ):
        assert why in screens.get(merge_page(kept, other)).content.decode()
        assert why in screens.post(merge_page(kept, other), follow=True).content.decode()
    assert "Which record" in screens.get(f"{merge_page(one)}?other=x&q=%00").content.decode()
    assert screens.get(merge_page(one, one)).status_code == 404


def test_a_live_one_takes_fields_as_its_form_would_write_them(screens: Client, supervisor: User) -> None:
    live, other = make_live(make_queue()), recorded(supervisor, status="Completed", reason="Lost card")
    EngagementInteraction.objects.filter(pk=live.pk).update(parent=other)
    screens.post(merge_page(live, other), {"take": ["Status", "Reason"]})
    live.refresh_from_db()
    assert (live.reason, live.mapped_state, live.is_live, live.parent) == ("Lost card", "Completed", False, None)


def cell(one: Any, name: str, listed: str = "interactions") -> str:
    return f"{list_of(listed)}{one.pk}/cell/{name}/"


def test_a_field_is_written_where_it_stands_and_not_over_somebody_else(screens: Client, supervisor: User) -> None:
    bea = browser_of(make_user(Role.SUPERVISOR, first_name="Bea", last_name="Moran"))
    one = recorded(supervisor, reason="Cards")
    path = cell(one, "Reason")
    assert f'{one.pk}/cell/Reason/?edit=1"' in screens.get(LIST, {"columns": "Reason"}).content.decode()
    mine, theirs = (_cell_form(browser, path) for browser in (screens, bea))
    saved = bea.post(path, theirs | {"Reason": "Lost card"}).content.decode()
    assert "Lost card" in saved
    assert "<form" not in saved

    refused = screens.post(path, mine | {"Reason": "Stolen card"}).content.decode()
    one.refresh_from_db()
    assert one.reason == "Lost card"
    for text in ("Bea Moran", "Lost card", "Cards", "Keep mine", "Take theirs"):
        assert text in refused
    sent = _sent(refused)
    assert sent["Reason"] == "Stolen card"
    screens.post(path, sent)
    one.refresh_from_db()
    assert one.reason == "Stolen card"
    assert "at most 765" in screens.post(path, _cell_form(screens, path) | {"Reason": "x" * 766}).content.decode()
    for absent in (cell(one, "Name"), cell(one, "Invented"), f"{LIST}99999999/cell/Reason/"):
        assert screens.get(absent).status_code == 404


def _cell_form(browser: Client, path: str) -> dict[str, str]:
    return _sent(browser.get(path, {"edit": "1"}).content.decode())


def _sent(html: str) -> dict[str, str]:
    return _Fields(html.replace("<form ", '<form id="record-form" ')).sent


@pytest.fixture
def leg(supervisor: User) -> VoiceCall:
    live = make_live()
    return VoiceCall.objects.create(
        interaction=live,
        call_start_date_time=live.opened_at,
        call_type="Inbound",
        from_phone_number="+442079460123",
        to_phone_number="+442071838750",
        owner_user=supervisor,
        created_by=supervisor,
        last_modified_by=supervisor,
    )


def test_what_is_written_down_of_a_call_is_corrected_in_a_form(screens: Client, leg: VoiceCall) -> None:
    assert leg.name in screens.get(list_of("calls"), {"q": "020 7946 0123"}).content.decode()
    path = f"{list_of('calls')}{leg.pk}/change/"
    sent = form_at(screens, path)
    assert screens.post(path, sent | {"CallResolution": "Resolved", "Description": "Twice"}).status_code == 302
    leg.refresh_from_db()
    assert leg.description == "Twice"
    answer = screens.post(path, sent | {"Description": "Thrice"})  # by who has not seen it
    assert answer.status_code == 422
    assert "Twice" in answer.content.decode()
    assert screens.get(f"{list_of('calls')}99999999/change/").status_code == 404


def test_somebody_whom_the_directory_knows_twice_is_known_once(in_scope: Tenant, supervisor: User) -> None:
    kept = CrmRecord.objects.create(object_name="Contact", record_id="003000000000001AAA", name="María García")
    values = {"object_name": "Contact", "phone": "020 7946 0123", "phone_key": "+442079460123"}
    other = CrmRecord.objects.create(record_id="003000000000002AAA", name="Maria Garcia", **values)
    one = recorded(supervisor, initiating_attendee_id="003000000000002", context_id="003000000000009AAA")
    EngagementTopic.objects.update(related_person_id=other.record_id)
    path = f"/admin/directory/crmrecord/{kept.pk}/merge/"
    admin = browser_of(make_user(Role.ADMIN))
    assert path in admin.get(path.replace("merge", "change")).content.decode()
    assert other.record_id in admin.get(path, {"q": "+44 20 7946 0123"}).content.decode()
    assert "2 records" in admin.get(path, {"other": other.record_id}).content.decode()
    assert browser_of(supervisor).post(f"{path}?other={other.record_id}").status_code == 403
    assert admin.post(f"{path}?other={other.record_id}").status_code == 302
    one.refresh_from_db()
    kept.refresh_from_db()
    assert (one.initiating_attendee_id, one.context_id) == (kept.record_id, "003000000000009AAA")
    assert EngagementTopic.objects.get().related_person_id == kept.record_id
    assert (kept.phone_key, CrmRecord.objects.count()) == ("+442079460123", 1)
    assert admin.get(path, {"other": other.record_id}).status_code == 404
