"""Operation 2 (voice 4): the call goes on, ends, and is filled in afterwards."""

from datetime import UTC, datetime

import pytest

from apps.events.models import Event
from apps.queues import operations
from apps.voice_calls.models import VoiceCall
from tests.builders import make_agent, make_user, ready
from tests.telephony import CALLER

pytestmark = pytest.mark.usefixtures("center", "looking")
KEY = "leg-7f3a-0001"
DONE = {"status": "pending"}


@pytest.fixture
def agent(queue):
    made = ready(make_agent("mira.okafor@northharbour.example"), "voice")
    queue.memberships.create(agent=made)
    return made


@pytest.fixture
def call(phone, agent):
    """A call that the agent has accepted."""
    phone.create()
    made = VoiceCall.objects.get()
    operations.accept(made.interaction, by=agent)
    return made


def again(call):
    call = VoiceCall.objects.get(pk=call.pk)
    call.interaction.refresh_from_db()
    return call


def notes():
    return Event.objects.filter(name="engagement.changed").latest("id").data["changes"]["voice_call"]["problems"]


def test_the_published_final_update_ends_the_call_and_fills_it_in(phone, call, agent, payload):
    answer = phone.send("PATCH", f"/voiceCalls/{KEY}/", payload("final-update.json"))
    assert (answer.status_code, answer.json()) == (202, DONE)
    call = again(call)
    stored = {
        "call_disposition": "completed",
        "call_accept_date_time": datetime(2025, 3, 4, 10, 27, 40, tzinfo=UTC),
        "call_end_date_time": datetime(2025, 3, 4, 10, 35, 10, tzinfo=UTC),
        "call_duration_in_seconds": 488,
        "customer_hold_duration": 45,
        "number_of_holds": 2,
        "longest_hold_duration": 30,
        "queue_name": "Claims level 2",
        "disconnect_reason": "CUSTOMER_DISCONNECT",
        "disconnect_is_error": False,
        "user": agent.user,
        "owner_user": agent.user,
        "is_recorded": True,
    }
    assert {name: getattr(call, name) for name in stored} == stored
    assert (call.call_recording.name, call.call_recording.duration_in_seconds) == ("leg-7f3a-0002.wav", 450)
    assert call.call_recording == call.recording
    assert call.conversation.ended_at is not None
    assert call.interaction.stage == "wrap_up"
    assert notes() == []


def test_by_record_id_of_either_length_too(phone, call):
    for call_id in (call.public_id, call.public_id[:15]):
        assert phone.update(call_id, {"isActiveCall": True, "queue": call_id}).status_code == 202
        assert again(call).queue_name == call_id


def test_an_active_call_stays_open(phone, call):
    phone.update(KEY, {"isActiveCall": True, "totalHoldDuration": 7})
    call = again(call)
    assert (call.call_disposition, call.customer_hold_duration, call.interaction.stage) == ("in-progress", 7, "handled")


def test_the_holds_known_here_stand_where_none_are_sent(phone, call, agent):
    part = call.interaction.offers.get()
    for length in (10, 32):
        part.holds.create(
            interaction=call.interaction,
            segment=part.segment,
            kind="customer",
            started_at=datetime(2025, 3, 4, 10, 30, tzinfo=UTC),
            ended_at=datetime(2025, 3, 4, 10, 30, length, tzinfo=UTC),
        )
    phone.update(KEY, {})
    call = again(call)
    assert (call.number_of_holds, call.customer_hold_duration, call.longest_hold_duration) == (2, 42, 32)


def test_without_any_hold_the_figures_are_zero_and_stay_when_sent_before(phone, call):
    phone.update(KEY, {"numberOfHolds": 3, "isActiveCall": True})
    phone.update(KEY, {})
    call = again(call)
    assert (call.number_of_holds, call.customer_hold_duration) == (3, 0)


def test_a_final_update_before_anybody_talked_is_an_abandon(phone):
    phone.create()
    phone.update(KEY, {"disconnectReason": "CUSTOMER_DISCONNECT"})
    call = VoiceCall.objects.get()
    assert (call.call_disposition, call.user, call.interaction.stage) == ("completed", None, "ended")
    assert call.interaction.queue_entries.get().exit_type == "abandon"
    assert call.interaction.status == "Completed"


def test_after_a_callback_was_asked_for_it_is_none(phone):
    phone.create()
    phone.update(KEY, {"disconnectReason": {"value": "callback", "isError": False}})
    assert VoiceCall.objects.get().interaction.queue_entries.get().exit_type == "callback"


def test_accept_time_and_agent_accept_what_was_offered(phone, agent):
    phone.create()
    body = {"acceptTime": "2025-03-04T10:21:00Z", "agent": agent.user.public_id, "isActiveCall": True}
    phone.update(KEY, body)
    call = VoiceCall.objects.get()
    assert (call.interaction.stage, call.interaction.handler) == ("handled", agent)
    assert (call.user, call.call_disposition) == (agent.user, "in-progress")
    assert call.call_accept_date_time == datetime(2025, 3, 4, 10, 21, tzinfo=UTC)


def test_accepted_by_somebody_to_whom_it_was_not_offered_is_noted(phone, agent):
    other = make_agent()
    phone.create()
    phone.update(KEY, {"acceptTime": "2025-03-04T10:21:00Z", "agent": other.user.username})
    call = VoiceCall.objects.get()
    assert (call.user, call.interaction.stage, call.interaction.offers.get().state) == (other.user, "ended", "ended")
    assert notes()[0].startswith("not accepted here")


def test_a_late_update_fills_in_and_changes_no_state(phone, call):
    phone.update(KEY, {"endTime": "2025-03-04T10:30:00Z"})
    phone.update(KEY, {"isActiveCall": True, "queue": "Later", "recordingLocation": "s3://bucket/a/b.wav"})
    phone.update(KEY, {"recordingLocation": "s3://bucket/a/c.wav", "totalRecordingDuration": 12})
    call = again(call)
    assert (call.call_disposition, call.queue_name, call.interaction.stage) == ("completed", "Later", "wrap_up")
    assert (call.recording.name, call.recording.duration_in_seconds) == ("c.wav", 12)
    assert call.call_end_date_time == datetime(2025, 3, 4, 10, 30, tzinfo=UTC)


def test_what_was_not_sent_is_unchanged_and_null_is_absent(phone, call):
    phone.update(KEY, {"queue": "Motor", "fromNumber": "+441632960321", "isActiveCall": True})
    phone.update(KEY, {"queue": None, "isActiveCall": True})
    call = again(call)
    assert (call.queue_name, call.from_phone_number, call.to_phone_number) == (
        "Motor",
        "+441632960321",
        "+441632960100",
    )


def test_an_end_before_the_start_is_stored_with_no_length(phone, call):
    phone.update(KEY, {"startTime": "2025-03-04T10:20:00Z", "endTime": "2024-03-04T10:20:00Z"})
    assert again(call).call_duration_in_seconds == 0


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ({"agent": "nobody"}, "agent nobody is no user of ours"),
        ({"startTime": "soon"}, "startTime is no readable time"),
        ({"callOrigin": "Elsewhere"}, "callOrigin must be one of Preview, Progressive, Voicemail"),
        ({"numberOfHolds": -1}, "numberOfHolds is out of range"),
        ({"totalHoldDuration": 2**40}, "totalHoldDuration is out of range"),
        ({"fromNumber": "0" * 41}, "fromNumber is longer than 40 characters"),
        ({"recordingLocation": "https://x/" + "y" * 1000}, "recordingLocation is longer than 1000 characters"),
        ({"disconnectReason": {"value": "x" * 256}}, "value is longer than 255 characters"),
        ({"callAttributes": "{"}, "callAttributes is no JSON object"),
        ({"callAttributes": '{"Nothing__c": 1}'}, "There is no custom field Nothing__c."),
    ],
)
def test_a_value_that_cannot_be_used_is_noted_and_the_rest_applied(phone, call, body, note):
    answer = phone.update(KEY, {"queue": "Kept", **body})
    assert (answer.status_code, answer.json()) == (202, DONE)
    assert (again(call).queue_name, again(call).call_disposition) == ("Kept", "completed")
    assert notes() == [note]


@pytest.mark.parametrize(
    "body",
    [
        {"startTime": ["2025"]},
        {"numberOfHolds": "two"},
        {"numberOfHolds": 1.5},
        {"isActiveCall": "perhaps"},
        {"isActiveCall": 1},
        {"queue": {"name": "x"}},
        {"disconnectReason": 5},
        {"disconnectReason": {"value": "x", "isError": "no"}},
    ],
)
def test_a_wrong_type_is_refused_whole(phone, call, body):
    refused = phone.update(KEY, {"agent": "nobody", **body})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, "INVALID_PARAMETER")
    assert again(call).interaction.stage == "handled"


def test_a_record_id_that_is_none_is_not_found(phone, call):
    unknown = VoiceCall.sobject.id_of(call.pk + 1000)
    assert phone.update(unknown, {}).status_code == 404


def test_an_unknown_key_makes_a_finished_call(phone):
    make_user(username="who")
    body = {"startTime": "2025-03-04T10:20:00Z", "endTime": "2025-03-04T10:21:00Z", "agent": "WHO"}
    phone.update("missed-1", {**body, "fromNumber": CALLER, "initiationMethod": "INBOUND"})
    call = VoiceCall.objects.get(vendor_call_key="missed-1")
    assert (call.call_type, call.call_disposition, call.call_duration_in_seconds) == ("Inbound", "completed", 60)
    assert (call.to_phone_number, call.user.username) == ("WEBRTC_DEFAULT", "who")
    assert (call.interaction.stage, call.interaction.status) == ("ended", "Completed")
    assert call.conversation.ended_at is not None


def test_an_unknown_key_of_an_active_call_stays_open(phone):
    phone.update("open-1", {"isActiveCall": True})
    assert VoiceCall.objects.get().interaction.stage == "flow"
    phone.update("open-1", {})
    assert VoiceCall.objects.get().interaction.stage == "ended"


@pytest.mark.parametrize("key", ["k" * 256, "k%00"])
def test_a_key_that_no_call_can_have_is_refused(phone, key):
    assert phone.update(key, {}).status_code == 400
    assert not VoiceCall.objects.exists()
