"""What published telephony clients put on the wire, byte for byte, against a running server (voice 11).

Each file is one request: header order and spelling, content types and bodies as those clients send them, with nothing
but the token, the host and an id from an earlier answer filled in.
"""

import json
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenterRoutingMap, VoiceCall
from tests.builders import make_queue
from tests.telephony import claims_for, make_call_center, sign

RECORDED = Path(__file__).parent / "telephony"
FIRST = "c0ffee00-1111-4222-8333-444455556666"

LAMBDAS = [
    ("01-create-voice-call", 201, None),
    ("02-execute-omni-flow", 200, {"agent": "", "queue": "pbx-queue-17"}),
    ("03-cancel-omni-flow", 200, {"status": "Success"}),
    ("04-reroute-flow", 200, {"status": "Success"}),
    ("05-send-message", 202, {"result": "Accepted"}),
    ("06-transcriber", 202, {"result": "Accepted"}),
    ("07-bulk-transcripts", 202, {"result": "Accepted"}),
    ("08-real-time-events", 202, {"status": "202 Accepted"}),
    ("09-create-transfer", 201, None),
    ("10-contact-record", 202, {"status": "pending"}),
    ("11-contact-record-of-transfer", 202, {"status": "pending"}),
    ("12-post-call-events", 202, {"status": "202 Accepted"}),
]
DEMO = [
    ("20-demo-create", 201, None),
    ("21-demo-omni-flow", 200, {"agent": "", "queue": "pbx-queue-17"}),
    ("22-demo-update", 202, {"status": "pending"}),
    ("23-demo-close", 202, {"status": "pending"}),
]


@pytest.fixture
def center(tenant: Tenant) -> Any:
    with scope(tenant):
        made = make_call_center(replay_rule="same_token")
        CallCenterRoutingMap.objects.create(
            call_center=made,
            external_id="pbx-queue-17",
            queue=make_queue("Second Level"),
            developer_name="second_level",
            master_label="Second Level",
        )
        return made


class Wire:
    """Sends recorded bytes over a socket of their own, and reads all that comes back."""

    def __init__(self, address: str, token: str) -> None:
        self.host, self.token, self.call_id = urlsplit(address), token, ""

    def play(self, name: str) -> tuple[int, str, Any]:
        recorded = (RECORDED / f"{name}.http").read_bytes()
        for mark, value in (("TOKEN", self.token), ("HOST", self.host.netloc), ("CALL", self.call_id)):
            recorded = recorded.replace(f"@{mark}@".encode(), value.encode())
        with socket.create_connection((str(self.host.hostname), self.host.port or 80), timeout=30) as connection:
            connection.sendall(recorded)
            answer = connection.makefile("rb")
            status = int(answer.readline().split()[1])
            headers = {}
            while line := answer.readline().strip():
                name_of, _, value = line.decode().partition(":")
                headers[name_of.lower()] = value.strip()
            body = json.loads(answer.read(int(headers["content-length"])))
        self.call_id = body.get("voiceCallId", self.call_id)
        return status, headers["content-type"], body


@pytest.mark.parametrize("claims", [{"jti": "4f7b", "aud": "https://scrt.salesforce.com"}, {"exp": 4 * 3600}])
@pytest.mark.parametrize("recordings", [LAMBDAS, DEMO], ids=["lambdas", "demo connector"])
def test_recorded_requests_are_answered_as_their_clients_expect(address, tenant, center, recordings, claims):
    wire = Wire(address, sign(claims_for(tenant, **claims)))
    for name, status, body in recordings:
        answered = wire.play(name)
        assert (answered[0], answered[1].partition(";")[0]) == (status, "application/json"), (name, answered)
        if body is None:
            assert answered[2] == {"voiceCallId": wire.call_id, "errors": []}
            assert len(wire.call_id) == 18
        else:
            assert answered[2] == body
    with scope(tenant):
        assert set(VoiceCall.objects.values_list("call_disposition", flat=True)) == {"completed"}


def test_what_they_sent_is_there(address, tenant, center):
    wire = Wire(address, sign(claims_for(tenant)))
    for name, _, _ in LAMBDAS:
        wire.play(name)
    with scope(tenant):
        first, second = VoiceCall.objects.order_by("id")
        assert (first.vendor_call_key, first.next_call, second.previous_call) == (FIRST, second, first)
        assert (first.customer_hold_duration, first.number_of_holds, first.call_duration_in_seconds) == (45, 2, 400)
        assert (first.recording.name, first.recording.duration_in_seconds) == ("c0ffee00.wav", 400)
        assert first.customer_sentiment_score == 2.5
        said = [entry.text for entry in first.interaction.entries.all()]
        assert said == ["My parcel is late", "It should have come on Monday — twice", "Let me look"]
        assert first.interaction.signals.filter(is_afterwards=False).count() == 0
