"""Operation 1 (voice 3): a call begins."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from apps.directory.models import CrmRecord
from apps.directory.phone import phone_key
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.objects.operations import define_custom_field
from apps.queues.models import OfferState, WorkOffer
from apps.tenants.scope import scope
from apps.voice_calls.models import VoiceCall
from tests.builders import make_agent, ready
from tests.telephony import CALLER, NUMBER, new_call

pytestmark = pytest.mark.usefixtures("center", "looking")


def test_the_published_request_creates_call_interaction_and_stay(phone, payload, queue):
    answer = phone.send("POST", "/voiceCalls", payload("create-inbound.json"))
    call = VoiceCall.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"voiceCallId": call.public_id, "errors": []}
    assert len(call.public_id) == 18
    stored = {
        "call_type": "Inbound",
        "vendor_call_key": "leg-7f3a-0001",
        "from_phone_number": CALLER,
        "to_phone_number": NUMBER,
        "call_subtype": "PSTN",
        "vendor_type": "ContactCenter",
        "call_disposition": "new",
        "source_type": "Sales",
        "custom_fields": {"Department__c": "Claims"},
        "call_start_date_time": datetime(2025, 3, 4, 10, 20, 30, tzinfo=UTC),
        "owner_queue": queue,
        "owner_user": None,
        "user": None,
    }
    assert {name: getattr(call, name) for name in stored} == stored
    assert call.caller.participant_key == "END_USER"
    interaction = call.interaction
    assert (interaction.stage, interaction.status, interaction.type) == ("queued", "New", "Inbound")
    assert (interaction.phone_number, interaction.contact_point) == (CALLER, NUMBER)
    assert interaction.queue_entries.get().queue == queue
    assert call.conversation.interaction == interaction


def test_it_happens_in_the_ledger(phone):
    phone.create()
    assert list(Event.objects.order_by("id").values_list("name", flat=True)) == [
        "engagement.opened",
        "engagement.changed",
        "queue.entered",
    ]
    told = Event.objects.get(name="engagement.changed").data["changes"]["voice_call"]
    assert (told["provider"], told["event"]) == ("north-harbour-pbx", "created")


def test_a_ready_agent_is_offered_the_call_at_once(phone, queue):
    agent = ready(make_agent())
    queue.memberships.create(agent=agent)
    phone.create()
    assert WorkOffer.objects.get().agent == agent
    assert WorkOffer.objects.get().state == OfferState.OFFERED


def test_a_number_that_leads_nowhere_leaves_the_call_in_the_flow(phone):
    phone.create(to="+441632960199")
    assert EngagementInteraction.objects.get().stage == "flow"
    assert VoiceCall.objects.get().owner_user is not None


@pytest.mark.parametrize("written", ["01632 960100", "+44 (1632) 960-100"])
def test_the_dialled_number_is_the_same_however_it_is_written(phone, written):
    phone.create(to=written)
    assert EngagementInteraction.objects.get().stage == "queued"


def test_repeated_it_answers_with_the_same_call_and_changes_nothing(phone):
    first, again = phone.create(), phone.create(**{"from": "+441632960999"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert VoiceCall.objects.get().from_phone_number == CALLER


def test_xml_in_xml_out(phone, payload):
    answer = phone.send("POST", "/voiceCalls", payload("create-inbound.xml"), content_type="text/xml; charset=utf-8")
    assert answer.status_code == 201
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "VoiceCallResponse"
    assert root.findtext("voiceCallId") == VoiceCall.objects.get().public_id
    assert [child.text for child in root.findall("errors")] == [None]


def test_accept_decides_the_format_of_the_answer(phone, payload):
    body = payload("create-inbound.xml")
    answer = phone.send(
        "POST", "/voiceCalls", body, content_type="application/xml", headers={"Accept": "*/*, application/json"}
    )
    assert answer.json()["errors"] == []


@pytest.mark.parametrize("path", ["/voiceCalls", "/voiceCalls/"])
@pytest.mark.parametrize("kind", ["application/json", "application/json; utf-8", "APPLICATION/JSON;charset=UTF-8"])
def test_slash_and_content_types_of_real_clients(phone, path, kind):
    assert phone.send("POST", path, new_call(), content_type=kind).status_code == 201


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2025-03-04T10:20:30Z", (10, 20)),
        ("2025-03-04T12:20:30.999+02:00", (10, 20)),
        ("2025-03-04T10:20:30", (10, 20)),
        (1741083630123, (10, 20)),
        ("1741083630123", (10, 20)),
    ],
)
def test_times_as_clients_write_them(phone, sent, stored):
    assert phone.create(startTime=sent).status_code == 201
    start = VoiceCall.objects.get().call_start_date_time
    assert ((start.hour, start.minute), start.second, start.microsecond) == (stored, 30, 0)


def test_words_in_any_case_are_stored_in_the_documented_spelling(phone):
    phone.create(callSubtype="webRTC", initiationMethod="INBOUND", callOrigin="preview", to=None, **{"from": ...})
    call = VoiceCall.objects.get()
    assert (call.call_subtype, call.call_origin) == ("WebRTC", "Preview")
    assert (call.to_phone_number, call.from_phone_number) == ("WEBRTC_DEFAULT", "WEBRTC_DEFAULT")


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"vendorCallKey": ...}, "MISSING_PARAMETER", "vendorCallKey is required"),
        ({"vendorCallKey": ""}, "MISSING_PARAMETER", "vendorCallKey is required"),
        ({"vendorCallKey": None}, "MISSING_PARAMETER", "vendorCallKey is required"),
        ({"vendorCallKey": 7}, "INVALID_PARAMETER", "vendorCallKey must be text"),
        ({"vendorCallKey": "k" * 256}, "INVALID_PARAMETER", "vendorCallKey is longer than 255 characters"),
        ({"vendorCallKey": "a\x00b"}, "INVALID_PARAMETER", "vendorCallKey has characters that no text can hold"),
        ({"callCenterApiName": ...}, "MISSING_PARAMETER", "callCenterApiName is required"),
        ({"to": ...}, "MISSING_PARAMETER", "to is required"),
        ({"from": None, "callSubtype": ...}, "MISSING_PARAMETER", "from is required"),
        ({"initiationMethod": ...}, "MISSING_PARAMETER", "initiationMethod is required"),
        ({"initiationMethod": "Outbound"}, "INVALID_PARAMETER", None),
        ({"callSubtype": "Fax"}, "INVALID_PARAMETER", "callSubtype must be one of PSTN, WebRTC"),
        ({"callOrigin": "Nowhere"}, "INVALID_PARAMETER", None),
        ({"startTime": ...}, "MISSING_PARAMETER", "startTime is required"),
        ({"startTime": "yesterday"}, "INVALID_PARAMETER", "startTime is no readable time"),
        ({"startTime": "0001-01-01T00:00:00+05:00"}, "INVALID_PARAMETER", "startTime is no readable time"),
        ({"startTime": 1e300}, "INVALID_PARAMETER", "startTime is no readable time"),
        ({"startTime": True}, "INVALID_PARAMETER", "startTime must be a time"),
        ({"participants": ...}, "MISSING_PARAMETER", "participants is required"),
        ({"participants": []}, "MISSING_PARAMETER", "participants is required"),
        ({"participants": [{"type": "END_USER"}, 5]}, "INVALID_PARAMETER", None),
        ({"participants": [{"participantKey": "x", "type": "HUMAN_AGENT"}]}, "INVALID_PARAMETER", None),
    ],
)
def test_what_cannot_be_a_call_is_refused_whole(phone, changes, code, message):
    refused = phone.create(**changes)
    assert refused.status_code == 400
    body = refused.json()
    assert body["errorCode"] == code
    assert body["message"] == body["errors"][0]
    assert message in (None, body["message"])
    assert not VoiceCall.objects.exists()
    assert not EngagementInteraction.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "nul", '{"a": NaN}', b"\xff\xfe", "[" * 100_000])
def test_an_unreadable_body(phone, body):
    refused = phone.send("POST", "/voiceCalls", body)
    assert refused.status_code == 400
    assert not VoiceCall.objects.exists()


BOMB = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d SYSTEM "file:///etc/passwd">]><a><to>&b;&d;</to></a>'


@pytest.mark.parametrize("body", ["<a", "text", BOMB])
def test_unreadable_xml(phone, body):
    refused = phone.send("POST", "/voiceCalls", body, content_type="application/xml")
    assert refused.status_code == 400
    assert ElementTree.fromstring(refused.content).findtext("errorCode") == "MALFORMED_BODY"


def test_other_formats_methods_and_paths(phone):
    assert phone.send("POST", "/voiceCalls", "a=b", content_type="text/plain").status_code == 415
    wrong = phone.send("GET", "/voiceCalls", "")
    assert (wrong.status_code, wrong.json()["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    assert "POST" in wrong["Allow"]
    for path in ("/voiceCalls/k/elsewhere", "/calls"):
        assert phone.send("PATCH", path, {}).status_code == 404


@pytest.mark.parametrize(
    ("attributes", "complaint"),
    [
        ("not json", "callAttributes: callAttributes is no JSON object"),
        ("[1]", "callAttributes: callAttributes is no JSON object"),
        ('{"Note__c": "x"}', "No such column 'Note__c' on sobject of type VoiceCall"),
        ('{"ToPhoneNumber": "x"}', "No such column 'ToPhoneNumber' on sobject of type VoiceCall"),
        ('{"department__C": "twelve chars"}', "Department__c: data value too large: twelve chars"),
        ('{"SourceType": "Elsewhere"}', "SourceType: bad value for restricted picklist field: Elsewhere"),
    ],
)
def test_a_value_that_cannot_be_kept_is_reported_and_the_call_created(phone, attributes, complaint):
    answer = phone.create(callAttributes=attributes)
    assert answer.status_code == 201
    assert answer.json()["errors"] == f"We created your voice call but there were some errors : {complaint}"
    call = VoiceCall.objects.get()
    assert (call.custom_fields, call.source_type) == ({}, "Service")


@pytest.mark.parametrize("attributes", ["{}", "", None, {}, {"Department__c": "Billing"}])
def test_attributes_that_mean_nothing_or_come_as_an_object(phone, attributes):
    assert phone.create(callAttributes=attributes).json()["errors"] == []


def test_complaints_stand_together_the_missing_first(phone):
    define_custom_field("VoiceCall", "Department__c", "string", is_required=True)
    answer = phone.create(callAttributes=json.dumps({"SourceType": "x"}), **{"from": "0" * 41})
    assert answer.json()["errors"] == (
        "We created your voice call but there were some errors : Required fields are missing: [Department__c], "
        f"SourceType: bad value for restricted picklist field: x, FromPhoneNumber: data value too large: {'0' * 41}"
    )
    call = VoiceCall.objects.get()
    assert call.from_phone_number == ""
    assert call.interaction.phone_number is None


def test_caller_contact_info_replaces_the_callers_number(phone):
    phone.create(callAttributes='{"CallerContactInfo": "+441632960555"}')
    call = VoiceCall.objects.get()
    assert call.from_phone_number == call.interaction.phone_number == "+441632960555"


@pytest.mark.parametrize(
    ("known", "matched"),
    [
        ([("Contact", CALLER)], 0),
        ([("Account", "01632 960777"), ("Contact", CALLER)], 1),
        ([("Lead", CALLER)], 0),
        ([("Account", CALLER), ("Lead", CALLER)], None),
        ([("Contact", CALLER), ("Contact", CALLER)], None),
        ([("Contact", "+441632960778")], None),
    ],
)
def test_the_only_person_with_the_number_is_the_caller(phone, tenant, known, matched):
    for number, (kind, phone_number) in enumerate(known):
        CrmRecord.objects.create(
            object_name=kind,
            record_id=f"person{number}",
            name=kind,
            phone=phone_number,
            phone_key=phone_key(phone_number, tenant.phone_region),
        )
    phone.create()
    call = VoiceCall.objects.get()
    expected = None if matched is None else f"person{matched}"
    assert call.related_record_id == expected
    assert [each.external_attendee_id for each in call.interaction.attendees.all()] == [expected] * bool(expected)


def test_another_tenant_sees_nothing_of_it(phone, other_tenant):
    phone.create()
    with scope(other_tenant):
        assert not VoiceCall.objects.exists()
