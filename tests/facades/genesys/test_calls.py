"""Calls: the line, consulting a colleague, conferences (genesys 7.1, 12)."""

from typing import Any

import pytest

from apps.agents.models import Agent
from apps.common import clock
from apps.queues import operations
from apps.queues.models import Queue, SegmentCause
from apps.voice_calls.operations import ledger
from apps.voice_calls.operations.create import Method, NewCall
from apps.voice_calls.operations.legs import create
from tests.builders import make_agent, make_live, make_queue, ready
from tests.desktop import BASE_URL, Desktop
from tests.telephony import NUMBER, make_call_center

USER_DATA = ["AttachUserData", "UpdateUserData", "DeleteUserData", "DeleteUserDataPair"]
ASKING = ["InitiateConference", "InitiateTransfer", "SingleStepConference", "SingleStepTransfer"]
TO_BOB = {"destination": {"phoneNumber": "bob"}}


@pytest.fixture
def call(desk: Desktop, queue: Queue) -> str:
    public_id = make_live(queue, channel="voice").genesys_id
    desk.expect("POST", f"me/calls/{public_id}", operationName="Answer")
    return public_id


def get(desk: Desktop, public_id: str) -> Any:
    return desk.get(f"me/calls/{public_id}")["call"]


def do(desk: Desktop, public_id: str, operation: str, **body: Any) -> int:
    answer = desk.post(f"me/calls/{public_id}", operationName=operation, **body)[1]
    assert set(answer) in ({"statusCode", "referenceId"}, {"statusCode", "statusMessage"})
    return int(answer["statusCode"])


def test_the_resource(desk: Desktop, call: str) -> None:
    resource = get(desk, call)
    assert {"id", "connId", "callUuid", "state", "uri", "path", "deviceUri", "participants", "dnis", "callType"} <= set(
        resource
    )
    assert (resource["duration"], resource["mute"], resource["supervisorListeningIn"]) == ("0", "Off", False)
    assert resource["capabilities"] == [*USER_DATA, *ASKING, "Hold", "Hangup", "SendDtmf"]
    assert resource == desk.told("/v2/me/calls")[-1]["call"]


def test_ids_are_the_telephone_systems(desk: Desktop, second: Desktop, queue: Queue, alice: Agent) -> None:
    """Leg by leg (core-model 5.3); where none is told of, the customer's call goes on."""
    center = make_call_center(queue)
    made = create(center, NewCall("pbx-1", clock.now(), NUMBER, "+442079460000")).call
    assert made.interaction
    public_id = made.interaction.genesys_id
    desk.expect("POST", f"me/calls/{public_id}", operationName="Answer")
    asked = create(center, NewCall("pbx-2", clock.now(), NUMBER, "", parent="pbx-1", method=Method.TRANSFER)).call
    assert asked.segment
    told = desk.told("/v2/me/calls")
    assert {(each["call"]["connId"], each["call"]["callUuid"]) for each in told} == {("pbx-1", str(made.uuid))}
    operations.aim(made.interaction, asked.segment, second.user.agent, by=alice)
    assert get(second, public_id)["connId"] == get(desk, f"{public_id}-1")["connId"] == "pbx-2"
    ledger.tell(asked, by=center.integration_user, at=clock.now(), event="updated")
    assert second.told("/v2/me/calls")[-1]["call"]["callType"] == "Consult"
    assert do(desk, f"{public_id}-1", "Hangup") == 0
    desk.post(f"me/interactions/{public_id}", operationName="PlaceInQueue", queueName=queue.name)
    assert [each.told("/v2/me/calls")[-1]["call"]["connId"] for each in (desk, second)] == ["pbx-1"] * 2


def talks_with(desk: Desktop) -> list[str]:
    """Whom the last notification of the call names, and before it what kind that is."""
    told = [each for each in desk.told("/v2/me/calls") if each["call"]["callType"] != "Consult"][-1]
    return [told["notificationType"], *(each["phoneNumber"] for each in told["call"]["participants"])]


def test_who_is_on_the_call(desk: Desktop, second: Desktop, call: str) -> None:
    (customer,) = talks_with(desk)[1:]
    do(desk, call, "InitiateConference", **TO_BOB)
    assert [each["phoneNumber"] for each in get(second, call)["participants"]] == ["Alice"]
    do(second, call, "Answer")
    assert talks_with(desk) == ["StatusChange", customer]
    do(desk, call, "CompleteConference")
    assert talks_with(desk) == ["ParticipantsUpdated", customer, "Bob"]
    assert talks_with(second) == ["ParticipantsUpdated", customer, "Alice"]
    cleo = ready(make_agent("cleo"))
    do(second, call, "SingleStepConference", destination={"phoneNumber": "cleo"})
    do(Desktop(cleo.user), call, "Answer")
    assert talks_with(desk) == ["ParticipantsUpdated", customer, "Bob", "Cleo"]
    do(desk, call, "Hangup")
    assert talks_with(second) == ["ParticipantsUpdated", customer, "Cleo"]
    assert talks_with(desk) == ["StatusChange", customer]


def test_hold_and_retrieve(desk: Desktop, call: str) -> None:
    assert do(desk, call, "Retrieve") == 2
    assert do(desk, call, "Hold") == 0
    held = get(desk, call)
    assert (held["state"], "Retrieve" in held["capabilities"], "Hold" in held["capabilities"]) == ("Held", True, False)
    assert do(desk, call, "Hold") == 2
    assert do(desk, call, "Retrieve") == 0
    assert [told["call"]["state"] for told in desk.told("/v2/me/calls")][-3:] == ["Established", "Held", "Established"]


def test_dtmf_and_what_is_missing(desk: Desktop, call: str) -> None:
    assert do(desk, call, "SendDtmf", digits="12*#") == 0
    cases: list[tuple[str, dict[str, Any], int]] = [
        ("SendDtmf", {}, 1),
        ("SendDtmf", {"digits": "x"}, 10),
        ("SwapCalls", {}, 1),
        ("SwapCalls", {"otherCallUri": "x"}, 2),
        ("InitiateTransfer", {}, 1),
        ("InitiateTransfer", {"destination": "bob"}, 10),
        ("InitiateTransfer", {"destination": {}}, 1),
        ("InitiateTransfer", {"destination": {"phoneNumber": "nobody"}}, 6),
        ("InitiateTransfer", {"destination": {"phoneNumber": "\x00"}}, 10),
        ("InitiateTransfer", TO_BOB, 2),  # signed out
        ("SingleStepTransfer", TO_BOB, 2),
        ("CompleteTransfer", {}, 2),
        ("CompleteConference", {}, 2),
        ("PlaceInWorkbin", {"workbin": "Drafts"}, 2),
    ]
    for operation, body, code in cases:
        assert do(desk, call, operation, **body) == code, (operation, body)
    assert get(desk, call)["state"] == "Established"


@pytest.mark.parametrize("number", ["bob", "Bob", "id"])
def test_a_consulted_colleague_takes_over(desk: Desktop, second: Desktop, call: str, number: str) -> None:
    number = str(second.user.uuid) if number == "id" else number
    assert do(desk, call, "InitiateTransfer", destination={"phoneNumber": number}) == 0
    mine, consult = desk.get("me/calls?fields=*")["calls"]
    assert (mine["state"], consult["state"], consult["callType"]) == ("Held", "Dialing", "Consult")
    assert consult["capabilities"] == ["Hangup"]
    theirs = get(second, call)
    assert (theirs["state"], theirs["callType"]) == ("Ringing", "Consult")
    assert do(second, call, "Answer") == 0
    assert (get(second, call)["state"], get(second, call)["callType"]) == ("Established", "Consult")
    consult = get(desk, consult["id"])
    assert consult["state"] == "Established"
    assert consult["capabilities"] == ["Hangup", "CompleteTransfer", "CompleteConference", "SwapCalls"]
    assert "CompleteTransfer" in get(desk, call)["capabilities"]
    assert do(second, consult["id"], "Hangup") == 6
    assert do(desk, call, "CompleteTransfer") == 0
    assert get(desk, call)["state"] == "Completed"
    assert desk.request("GET", f"me/calls/{consult['id']}").status_code == 404
    ended = [told["call"] for told in desk.told("/v2/me/calls") if told["call"]["id"] == consult["id"]]
    assert [each["state"] for each in ended] == ["Dialing", "Dialing", "Established", "Completed"]
    assert ended[-1]["capabilities"] == []
    last = get(second, call)
    assert (last["state"], last["callType"]) == ("Established", "Inbound")


def test_the_consultation_is_called_off(desk: Desktop, second: Desktop, call: str) -> None:
    do(desk, call, "InitiateConference", **TO_BOB)
    do(second, call, "Answer")
    assert do(desk, f"{call}-1", "Hangup") == 0
    assert get(desk, call)["state"] == "Established"
    assert get(second, call)["capabilities"] == []
    assert do(desk, f"{call}-1", "Hangup") == 6
    assert do(desk, f"{call}-x", "Hangup") == 6


def test_a_conference(desk: Desktop, second: Desktop, call: str) -> None:
    do(desk, call, "InitiateConference", **TO_BOB)
    do(second, call, "Answer")
    other = f"{BASE_URL}/api/v2/me/calls/{call}-1"
    assert do(desk, call, "SwapCalls", otherCallUri="/me/calls/nonsense") == 6
    assert do(desk, call, "SwapCalls", otherCallUri=other) == 0
    assert get(desk, call)["state"] == "Held"
    assert do(desk, f"{call}-1", "SwapCalls", otherCallUri=other) == 0
    assert get(desk, call)["state"] == "Established"
    assert do(desk, call, "CompleteConference") == 0
    assert [each["state"] for each in desk.get("me/calls?fields=*")["calls"]] == ["Established"]
    assert do(desk, call, "CompleteTransfer") == 2
    assert do(desk, call, "Hangup") == 0  # Bob stays
    assert get(second, call)["state"] == "Established"
    assert do(second, call, "Hangup") == 0
    assert get(second, call)["state"] == "Released"


def test_single_steps(desk: Desktop, second: Desktop, call: str) -> None:
    assert do(desk, call, "SingleStepConference", **TO_BOB) == 0
    assert get(desk, call)["state"] == "Established"
    assert do(second, call, "Answer") == 0
    assert do(second, call, "Hangup") == 0
    second.expect("POST", "me", operationName="Ready")
    other = make_queue("Second line", members=[second.user.agent])
    assert do(desk, call, "SingleStepTransfer", destination={"phoneNumber": other.name}) == 0
    assert get(second, call)["state"] == "Ringing"
    assert do(second, call, "Decline") == 0


def test_a_call_is_recorded(desk: Desktop, call: str) -> None:
    steps = [("Pause", 2), ("Start", 0), ("Start", 2), ("Pause", 0), ("Resume", 0), ("Stop", 0), ("Stop", 2)]
    assert [do(desk, call, f"{verb}CallRecording") for verb, _ in steps] == [code for _, code in steps]
    told = [each["call"]["recordingState"] for each in desk.told("/v2/me/calls")]
    assert told[-4:] == ["Recording", "Paused", "Recording", "Stopped"]
    do(desk, call, "StartCallRecording")
    do(desk, call, "Hangup")
    assert get(desk, call)["recordingState"] == "Stopped"


def test_dialling(desk: Desktop, call: str, alice: Agent) -> None:
    do(desk, call, "Hangup")
    desk.expect("POST", f"me/calls/{call}", operationName="Complete")
    path = f"me/devices/{alice.uuid}/calls"
    cases: list[tuple[dict[str, Any], int]] = [
        ({}, 1),
        ({"operationName": "Ring"}, 10),
        ({"operationName": "Dial"}, 1),
        ({"operationName": "Dial", "destination": {"phoneNumber": " "}}, 10),
        ({"operationName": "Dial", "destination": {"phoneNumber": "1"}, "parentId": "x"}, 6),
    ]
    for body, code in cases:
        assert desk.post(path, **body)[1]["statusCode"] == code
    assert desk.post("me/devices/x/calls", operationName="Dial", **TO_BOB)[1]["statusCode"] == 6
    to = {"phoneNumber": "+441632960777"}
    status, answer = desk.post(path, operationName="Dial", destination=to, parentId=call)
    assert (status, set(answer)) == (200, {"statusCode", "referenceId"})
    made = desk.told("/v2/me/calls")[-1]["call"]
    assert (made["state"], made["callType"], made["parentId"]) == ("Dialing", "Outbound", call)
    assert made["capabilities"] == [*USER_DATA, "Hangup", "SendDtmf"]
    assert made["participants"][0]["e164Number"] == "+441632960777"
    assert desk.post(path, operationName="Dial", destination=to)[1]["statusCode"] == 2  # one call at a time
    live = alice.offers.get(state="working").interaction
    operations.connect(live, by=alice)
    assert get(desk, made["id"])["state"] == "Established"
    assert live.segments.get().cause == SegmentCause.START
    assert do(desk, made["id"], "Hangup") == 0
