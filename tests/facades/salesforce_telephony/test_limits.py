"""V-32: how much a telephone system may do, and what its administrator sees of what it was refused."""

from datetime import timedelta

import pytest

from apps.common import clock
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import Pace, RefusedRequest, VoiceCall
from apps.voice_calls.operations import refusals
from tests.telephony import Phone, claims_for, private_key, sign

pytestmark = pytest.mark.usefixtures("center", "looking")


def limit(tenant, **values):
    Tenant.objects.filter(pk=tenant.pk).update(**values)


def line(number):
    at = int(clock.now().timestamp() * 1000)
    return {
        "messageId": f"m-{number}",
        "participantId": "x",
        "senderType": "END_USER",
        "startTime": at,
        "endTime": at,
        "content": "x",
    }


def refused(answer):
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    body = answer.json()
    assert body["errorCode"] == "LIMIT_EXCEEDED"
    assert body["message"].startswith("SCV_LIMITS_ERROR")
    return True


def test_without_limits_nothing_is_counted(phone):
    assert [phone.create(vendorCallKey=f"k{number}").status_code for number in range(3)] == [201] * 3
    assert not Pace.objects.exists()


def test_calls_at_once_until_one_is_over(phone, tenant):
    limit(tenant, concurrent_calls=2)
    assert [phone.create(vendorCallKey=f"k{number}").status_code for number in range(2)] == [201, 201]
    assert refused(phone.create(vendorCallKey="k2"))
    assert VoiceCall.objects.count() == 2
    assert phone.create(vendorCallKey="k1").status_code == 200
    phone.update("k0", {})
    assert phone.create(vendorCallKey="k2").status_code == 201


def test_calls_a_second(phone, tenant, monkeypatch):
    limit(tenant, calls_per_second=2)
    now = clock.now().replace(microsecond=0)
    monkeypatch.setattr("apps.voice_calls.operations.limits.clock.now", lambda: now)
    assert [phone.create(vendorCallKey=f"k{number}").status_code for number in range(2)] == [201, 201]
    assert refused(phone.create(vendorCallKey="k2"))
    later = now + timedelta(seconds=1)
    monkeypatch.setattr("apps.voice_calls.operations.limits.clock.now", lambda: later)
    assert phone.create(vendorCallKey="k2").status_code == 201


def test_lines_of_transcripts_a_second(phone, tenant, monkeypatch):
    limit(tenant, transcript_lines_per_second=3)
    now = clock.now()
    monkeypatch.setattr("apps.voice_calls.operations.limits.clock.now", lambda: now)
    phone.create(vendorCallKey="k")
    entries = [{"vendorCallKey": "k", "messages": [line(1), line(2)]}]
    assert phone.send("POST", "/voiceCalls/messages", {"entries": entries}).status_code == 202
    assert phone.send("POST", "/voiceCalls/k/messages", line(3)).status_code == 202
    assert refused(phone.send("POST", "/voiceCalls/k/messages/", line(4)))


def test_what_was_refused_is_noted_beside_the_request(phone, tenant):
    phone.create(vendorCallKey=...)
    phone.send("POST", "/voiceCalls/nobody/messages/", line(1))
    phone.send("POST", "/voiceCalls", {}, token=sign(claims_for(tenant), private_key(1)))
    phone.send("POST", "/voiceCalls", {}, token=sign(claims_for(tenant, exp=-120)))
    found = list(RefusedRequest.objects.order_by("id").values_list("operation", "status", "code"))
    assert found == [
        ("POST /telephony/v1/voiceCalls", 400, "MISSING_PARAMETER"),
        ("POST /telephony/v1/voiceCalls/nobody/messages/", 404, "CALL_NOT_FOUND"),
        ("POST /telephony/v1/voiceCalls", 401, "INVALID_TOKEN"),
        ("POST /telephony/v1/voiceCalls", 401, "INVALID_TOKEN"),
    ]
    phone.create()
    assert RefusedRequest.objects.count() == 4


def test_only_the_newest_are_kept(center, monkeypatch):
    monkeypatch.setattr(refusals, "KEPT", 3)
    for number in range(5):
        refusals.note(center, operation=f"POST {number}\x00", status=400, code="x", message="y" * 600)
    assert [row.operation for row in RefusedRequest.objects.order_by("id")] == [f"POST {n}\ufffd" for n in (2, 3, 4)]


def test_a_call_centre_that_nobody_has_leaves_no_note(tenant, other_tenant):
    Phone(tenant, "Nobody").create()
    with scope(other_tenant):
        assert not RefusedRequest.objects.exists()
    assert not RefusedRequest.objects.exists()
