"""Contact requests, recordings, call centres and routing maps, as far as clients may write them (voice 8.2 to 8.5)."""

import pytest

from apps.common import clock
from apps.tenants.scope import scope
from apps.voice_calls.models import VoiceCall, VoiceCallRecording
from tests.builders import make_queue
from tests.facades.salesforce_sobjects.records.client import CALL, errors


@pytest.fixture
def queue(tenant):
    with scope(tenant):
        return make_queue("Support")


def test_the_life_of_a_contact_request(api, queue):
    made = api.create("ContactRequest", {"PreferredPhone": "+442079460123", "RequestReason": "Billing"})
    path = f"ContactRequest/{made}"
    assert (api.read(path)["Status"], api.read(path)["PreferredChannel"]) == ("New", "Phone")
    assert api.patch(path, {"Status": "Attempted", "OwnerId": queue.public_id, "WhoId": "somebody"}).status_code == 204
    found = api.read(path)
    assert (found["OwnerId"], found["WhoId"], found["Status"]) == (queue.public_id, "somebody", "Attempted")
    assert errors(api.patch(path, {"OwnerId": None})) == (400, ["REQUIRED_FIELD_MISSING"])
    assert errors(api.patch(path, {"AvailableCallbackAttempts": 6})) == (400, ["FIELD_INTEGRITY_EXCEPTION"])
    assert errors(api.patch(path, {"AvailableCallbackAttempts": -1})) == (400, ["NUMBER_OUTSIDE_VALID_RANGE"])
    assert api.delete(path).status_code == 204
    assert errors(api.delete(path)) == (404, ["ENTITY_IS_DELETED"])
    assert api.post(f"{path}/undelete", None).status_code == 200
    assert api.read(path)["Status"] == "Attempted"


def test_a_record_of_ours_in_a_reference_that_is_kept_as_text(api, admin):
    request = api.create("ContactRequest", {"WhoId": admin.public_id[:15]})
    assert api.read(f"ContactRequest/{request}")["WhoId"] == admin.public_id
    call = api.create("VoiceCall", {**CALL, "RelatedRecordId": request})
    assert api.read(f"VoiceCall/{call}")["RelatedRecordId"] == request


def test_a_call_centre_is_created_by_administrators_and_then_left_alone(api, agent_api):
    body = {"Name": "Desk phones", "InternalName": "deskphones", "AdapterUrl": "https://pbx.example", "Version": 4}
    path = f"CallCenter/{api.create('CallCenter', body)}"
    assert body.items() <= api.read(path).items()
    assert errors(api.post("CallCenter", {**body, "InternalName": "DeskPhones"})) == (
        400,
        ["FIELD_INTEGRITY_EXCEPTION"],
    )
    assert errors(api.post("CallCenter", {"Name": "x"})) == (400, ["REQUIRED_FIELD_MISSING"])
    assert errors(agent_api.post("CallCenter", {**body, "InternalName": "mine"})) == (
        403,
        ["INSUFFICIENT_ACCESS_OR_READONLY"],
    )
    for answer in (api.patch(path, {"Name": "x"}), api.delete(path)):
        assert errors(answer) == (405, ["METHOD_NOT_ALLOWED"])


def test_the_life_of_a_routing_map(api, queue, admin):
    center = api.create("CallCenter", {"Name": "Desk phones", "InternalName": "deskphones"})
    body = {"CallCenterId": center, "DeveloperName": "q", "MasterLabel": "Q", "ExternalId": "arn:q"}
    assert errors(api.post("CallCenterRoutingMap", body)) == (400, ["FIELD_INTEGRITY_EXCEPTION"])
    assert errors(api.post("CallCenterRoutingMap", {**body, "CallCenterId": None})) == (400, ["REQUIRED_FIELD_MISSING"])
    path = f"CallCenterRoutingMap/{api.create('CallCenterRoutingMap', {**body, 'ReferenceRecordId': queue.public_id})}"
    assert api.read(path)["ReferenceRecordId"] == queue.public_id
    assert api.patch(path, {"ReferenceRecordId": admin.public_id}).status_code == 204
    assert api.read(path)["ReferenceRecordId"] == admin.public_id
    assert api.delete(path).status_code == 204
    assert errors(api.get(path)) == (404, ["NOT_FOUND"])


def test_a_recording_is_revised_and_deleted_never_created(api, tenant, queue, admin):
    call = api.create("VoiceCall", CALL)
    with scope(tenant):
        stamps = {"owner": admin, "created_by": admin, "last_modified_by": admin, "upload_date_time": clock.now()}
        made = VoiceCallRecording.objects.create(voice_call=VoiceCall.objects.get(), name="a.wav", **stamps)
    path = f"VoiceCallRecording/{made.public_id}"
    assert api.patch(path, {"IsConsented": True, "DurationInSeconds": 7}).status_code == 204
    assert (api.read(path)["IsConsented"], api.read(path)["VoiceCallId"]) == (True, call)
    assert errors(api.patch(path, {"OwnerId": queue.public_id})) == (400, ["INVALID_CROSS_REFERENCE_KEY"])
    assert errors(api.post("VoiceCallRecording", {"Name": "b.wav"})) == (405, ["METHOD_NOT_ALLOWED"])
    assert api.delete(path).status_code == 204
    assert errors(api.get(path)) == (404, ["ENTITY_IS_DELETED"])
