"""Rules of the contract that hold for every operation, one line each (voice 2 to 7)."""

import pytest

from apps.common.errors import AlreadyDone
from apps.voice_calls.models import VoiceCall
from apps.voice_calls.operations import delete_call, undelete_call
from tests.builders import make_agent, make_user, ready
from tests.telephony import NUMBER

pytestmark = pytest.mark.usefixtures("center", "looking")
KEY = "leg-7f3a-0001"

OPERATIONS = [
    ("POST", ""),
    ("PATCH", f"/{KEY}"),
    ("POST", f"/{KEY}/messages"),
    ("POST", "/messages"),
    ("PATCH", f"/{KEY}/omniFlow"),
    ("POST", f"/{KEY}/routeVoiceCall"),
    ("POST", f"/{KEY}/requestCallback"),
    ("POST", f"/{KEY}/realtimeConversationEvents"),
    ("POST", f"/{KEY}/postConversationEvents"),
    ("POST", f"/{KEY}/reroute"),
    ("PATCH", f"/{KEY}/clearRouting"),
]
WITH_BODY = OPERATIONS[:-2]


def failed(answer) -> tuple[int, str]:
    body = answer.json()
    assert body["message"] == body["errors"][0]
    return answer.status_code, body["errorCode"]


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_may_name_no_other_call_centre(phone, method, path):
    phone.create()
    answer = phone.send(method, f"/voiceCalls{path}", {"callCenterApiName": "Elsewhere"})
    assert failed(answer) == (403, "CALL_CENTER_MISMATCH")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_body_that_cannot_be_read_and_what_is_no_object(phone, method, path, slash):
    for body in ("{", "[]", "7"):
        assert failed(phone.send(method, f"/voiceCalls{path}{slash}", body)) == (400, "MALFORMED_BODY")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_other_types_and_methods(phone, method, path):
    assert failed(phone.send(method, f"/voiceCalls{path}", "a=b", content_type="text/plain")) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    )
    for other in ("GET", "PUT", "DELETE", "OPTIONS"):
        answer = phone.send(other, f"/voiceCalls{path}", "")
        assert failed(answer) == (405, "METHOD_NOT_ALLOWED")
        assert method in answer["Allow"]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_without_a_token(phone, method, path):
    answer = phone.send(method, f"/voiceCalls{path}", {}, headers={"Authorization": ""})
    assert failed(answer) == (401, "INVALID_TOKEN")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), [each for each in OPERATIONS if KEY in each[1]][1:])
def test_a_key_that_nobody_knows(phone, method, path):
    at = 1741083650000
    body = {"dialedNumber": NUMBER, "routingTarget": "x", "callbackNumber": "1", "service": "x", "messageId": "m"}
    body |= {"participantId": "x", "senderType": "END_USER", "startTime": at, "endTime": at, "content": "x"}
    body |= {"events": [{"type": "x", "value": "1", "startTime": at, "endTime": at, "participant": "AGENT"}]}
    assert failed(phone.send(method, f"/voiceCalls{path}", body)) == (404, "CALL_NOT_FOUND")


def test_a_deleted_call_is_not_made_anew(phone):
    phone.create()
    delete_call(VoiceCall.objects.get(), by=make_user("admin"))
    assert failed(phone.update(KEY, {})) == (404, "CALL_NOT_FOUND")
    call = VoiceCall.with_deleted.get()
    undelete_call(call, by=make_user("admin"))
    assert phone.update(KEY, {}).status_code == 202
    with pytest.raises(AlreadyDone):
        undelete_call(call, by=make_user("admin"))


def test_a_transfer_takes_the_rep_along_and_no_name_that_is_too_long(phone, queue):
    agent = ready(make_agent("boris"))
    queue.memberships.create(agent=agent)
    phone.create()
    phone.update(KEY, {"isActiveCall": True, "agent": "boris", "acceptTime": "2025-03-04T10:21:00Z"})
    answer = phone.create(
        vendorCallKey="k2", initiationMethod="Transfer", parentVoiceCallId=KEY, queue="a long name " * 30
    )
    assert (answer.status_code, answer.json()["errors"]) == (201, [])
    first, second = VoiceCall.objects.order_by("id")
    assert second.recipient == first.recipient is not None
    assert second.queue_name is None
