"""The surface of each medium: its own resources, statusCode and referenceId always (genesys 5, 8.4, 11, 12)."""

import pytest

from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue
from tests.builders import make_live
from tests.desktop import BASE_URL, Desktop

SURFACES = [
    ("chat", "chats", "chat", "Chatting"),
    ("email", "emails", "email", "Processing"),
    ("sms", "smssessions", "smssession", "Chatting"),
    ("work_item", "workitems", "workitem", "Processing"),
    ("in_person", "workitems", "workitem", "Processing"),
]


@pytest.mark.parametrize(("channel", "plural", "singular", "working"), SURFACES)
def test_from_invitation_to_completion(
    desk: Desktop, queue: Queue, channel: str, plural: str, singular: str, working: str
) -> None:
    public_id = make_live(queue, channel=channel).genesys_id
    (item,) = desk.get(f"me/{plural}?fields=*")[plural]
    assert item["uri"] == f"{BASE_URL}/api/v2/{plural}/{public_id}"
    assert (item["state"], item[f"{singular}Type"]) == ("Invited", "Inbound")
    path = f"me/{plural}/{public_id}"
    references = []
    for body in (
        {"operationName": "Accept", "nickname": "Al", "saveLAR": True},
        {"operationName": "AttachUserData", "userData": {"a": 1}},
    ):
        status, answer = desk.post(path, **body)
        assert status == 200
        assert set(answer) == {"statusCode", "referenceId"}
        references.append(answer["referenceId"])
    assert desk.get(f"{plural}/{public_id}")[singular] == desk.told(f"/v2/me/{plural}")[-1][singular]
    assert desk.get(path)[singular]["state"] == working
    assert desk.post(path, operationName="Complete")[0] == 200
    told = [each for each in desk.told(f"/v2/me/{plural}") if each["notificationType"] != "ParticipantsUpdated"]
    assert [message.get("referenceId") for message in told][1:3] == references
    assert [message["notificationType"] for message in told] == [
        "StatusChange",
        "StatusChange",
        "PropertiesUpdated",
        "StatusChange",
    ]
    assert desk.get(f"me/{plural}")["uris"] == []


@pytest.mark.parametrize("plural", ["chats", "workitems"])
@pytest.mark.parametrize(("said", "kept"), [({}, True), ({"saveLAR": True}, True), ({"saveLAR": False}, False)])
def test_the_customer_may_come_back_to_this_agent_unless_told_otherwise(
    desk: Desktop, queue: Queue, plural: str, said: dict[str, bool], kept: bool
) -> None:
    made = make_live(queue, channel="chat" if plural == "chats" else "work_item")
    assert desk.post(f"me/{plural}/{made.genesys_id}", operationName="Accept", **said)[0] == 200
    assert made.offers.get().is_remembered is kept


def test_failures_have_the_status_code_shape(desk: Desktop, queue: Queue) -> None:
    public_id = make_live(queue, channel="email").genesys_id
    for path, operation, code in [
        (f"me/emails/{public_id}", "Complete", 2),
        (f"me/emails/{public_id}", "Nonsense", 10),
        (f"me/chats/{public_id}", "Accept", 6),
        ("me/emails/nonsense", "Accept", 6),
    ]:
        answer = desk.post(path, operationName=operation)[1]
        assert set(answer) == {"statusCode", "statusMessage"}
        assert answer["statusCode"] == code
    assert desk.request("GET", f"chats/{public_id}").status_code == 404


def test_open_media_have_a_list(desk: Desktop) -> None:
    assert desk.get("me/openmedia?fields=*") == {"statusCode": 0, "openmedia": []}


def test_a_call_from_ringing_to_the_end(desk: Desktop, queue: Queue) -> None:
    public_id = make_live(queue, channel="voice").genesys_id
    (call,) = desk.get("me/calls?fields=*")["calls"]
    assert (call["state"], call["capabilities"]) == ("Ringing", ["Answer", "Reject"])
    assert (call["callType"], call["dnis"]) == ("Inbound", "+442071838750")
    path = f"me/calls/{public_id}"
    desk.expect("POST", path, operationName="Answer")
    assert desk.get(path)["call"]["state"] == "Established"
    assert "Hangup" in desk.get(path)["call"]["capabilities"]
    desk.expect("POST", path, operationName="AttachUserData", userData={"a": 1, "b": 2})
    desk.expect("POST", path, operationName="DeleteUserDataPair", key="a")
    assert desk.told("/v2/me/calls")[-1]["notificationType"] == "AttachedDataChanged"
    desk.expect("POST", path, operationName="Hangup")
    call = desk.get(path)["call"]
    assert call["state"] == "Released"
    assert "Hangup" not in call["capabilities"]
    desk.expect("POST", path, operationName="Complete")
    assert desk.get(path)["call"]["state"] == "Completed"
    assert EngagementInteraction.objects.get().user_data == {"b": 2}
    assert call == desk.told("/v2/me/calls")[-2]["call"]
