"""Work goes on to a queue or a colleague (genesys 5, 6, 17.1)."""

from typing import Any

import pytest

from apps.agents.models import Agent
from apps.common.public_ids import genesys_id
from apps.engagements.models import Note
from apps.queues.models import Queue
from tests.builders import make_live, make_queue, make_user
from tests.desktop import BASE_URL, Desktop

A, B = {"status": "ok"}, {"statusCode": 0}


@pytest.fixture
def item(desk: Desktop, queue: Queue) -> str:
    public_id = make_live(queue, channel="work_item").genesys_id
    desk.operate(public_id, "Accept")
    return public_id


@pytest.mark.parametrize("operation", ["Transfer", "SingleStepTransfer"])
@pytest.mark.parametrize("name", ["userId", "userUri", "targetUri"])
def test_a_colleague_is_invited(desk: Desktop, second: Desktop, item: str, operation: str, name: str) -> None:
    uuid = str(second.user.uuid)
    target = uuid if name == "userId" else f"{BASE_URL}/api/v2/users/{uuid}"
    assert desk.operate(item, operation, **{name: target}) == (200, B)
    assert second.item()["state"] == "Invited"
    last = desk.told()[-1]["interaction"]
    assert (last["state"], last["capabilities"]) == ("Completed", [])
    assert desk.operate(item, operation, **{name: target})[1]["statusCode"] == 2


def test_who_has_handed_it_on_is_done_with_it(desk: Desktop, second: Desktop, queue: Queue) -> None:
    """Wrap-up may go on (M-12), but what is told as Completed is final for this agent (genesys 7)."""
    public_id = make_live(queue, channel="voice").genesys_id
    desk.operate(public_id, "Accept")
    desk.operate(public_id, "Transfer", userId=str(second.user.uuid))
    for _ in ("while it waits", "while it is worked on"):
        for name, body in (
            ("Complete", {}),
            ("Complete", {"queueName": "Support"}),
            ("UpdateUserData", {"userData": {"late": 1}}),
            ("DeleteUserData", {"keys": ["late"]}),
            ("PlaceInQueue", {"queueName": "Support"}),
        ):
            assert desk.operate(public_id, name, **body)[0] == 409, name
        assert desk.post(f"me/calls/{public_id}", operationName="DeleteUserDataPair", key="x")[0] == 409
        assert desk.request("PUT", f"interactions/{public_id}", {"subject": "x", "userData": {}}).status_code == 409
        second.operate(public_id, "Accept")
    assert second.item()["userData"] == {}
    assert desk.get(f"interactions/{public_id}")["interaction"]["state"] == "Completed"


def test_whom_work_cannot_be_handed_to(desk: Desktop, item: str, bob: Agent) -> None:
    supervisor = make_user("supervisor")
    told = len(desk.told())
    cases: list[tuple[dict[str, Any], int]] = [
        ({}, 1),
        ({"userId": 5}, 10),
        ({"userId": "nonsense"}, 6),
        ({"userId": "00000000-0000-7000-8000-000000000000"}, 6),
        ({"targetUri": "/api/v2/queues/00000000-0000-7000-8000-000000000000"}, 6),
        ({"userId": str(supervisor.uuid)}, 2),
        ({"userId": str(desk.user.uuid)}, 2),
        ({"userId": str(bob.user.uuid)}, 2),  # signed out
    ]
    for body, code in cases:
        answer = desk.operate(item, "Transfer", **body)[1]
        assert (answer["statusCode"], set(answer)) == (code, {"statusCode", "statusMessage"}), body
    second = Desktop(bob.user).start("workitem")  # there, but not ready
    assert desk.operate(item, "Transfer", userId=str(second.user.uuid))[1]["statusCode"] == 2
    assert len(desk.told()) == told
    assert desk.item()["state"] == "Processing"


def test_a_queue_takes_it_back(desk: Desktop, second: Desktop, item: str) -> None:
    other = make_queue("Second line", members=[second.user.agent])
    for name, status in (("Nowhere", 404), ("\x00", 404), ("x" * 100_000, 404), (5, 400), (None, 400)):
        got, answer = desk.operate(item, "PlaceInQueue", queueName=name)
        assert (got, set(answer)) == (status, {"status", "errorDescription"})
        assert len(answer["errorDescription"]) <= 500
    assert desk.operate(item, "PlaceInQueue", queueName=other.name) == (200, A)
    assert desk.states()[-1] == "Completed"
    assert (second.item()["state"], second.item()["queueName"]) == ("Invited", "Second line")
    second.operate(item, "Accept")
    answer = second.post(f"me/workitems/{item}", operationName="Complete", queueName="Support")[1]
    assert set(answer) == {"statusCode", "referenceId"}
    assert second.states()[-1] == "Completed"
    assert desk.item()["state"] == "Invited"


def test_completing_into_a_queue_demands_its_disposition(desk: Desktop, alice: Agent) -> None:
    strict = make_queue("Strict", members=[alice], disposition_required=True)
    public_id = make_live(strict, channel="email").genesys_id
    desk.operate(public_id, "Accept")
    assert desk.operate(public_id, "Complete", queueName="Strict")[1]["statusCode"] == 1


def test_cancel_is_for_drafts(desk: Desktop, item: str) -> None:
    for name in ("Cancel", "CancelReply"):
        status, answer = desk.operate(item, name)
        assert (status, answer["statusCode"], set(answer)) == (409, 2, {"statusCode", "statusMessage"})
    status, answer = desk.operate(genesys_id(999999), "Cancel")
    assert (status, answer["statusCode"]) == (404, 6)


def test_user_data_has_a_limit(desk: Desktop, item: str) -> None:
    assert desk.operate(item, "UpdateUserData", userData={"a": "x" * 60_000}) == (200, A)
    for body in ({"b": "x" * 10_000}, {"a": "x" * 1_000_000}):
        status, answer = desk.operate(item, "UpdateUserData", userData=body)
        assert (status, answer["status"]) == (400, "error")
    assert desk.item()["userData"] == {"a": "x" * 60_000}


def test_a_note_is_kept_with_it(desk: Desktop, item: str) -> None:
    path = f"me/workitems/{item}"
    desk.expect("POST", path, operationName="AddComment", comment="Called back twice.")
    assert desk.get(path)["workitem"]["comment"] == "Called back twice."
    desk.expect("POST", path, operationName="SetInFocus")
    desk.expect("POST", path, operationName="AddComment", comment="And a third time.")
    assert desk.item()["userData"] == {"Note": "And a third time."}
    assert [note.body for note in Note.objects.all()] == ["And a third time."]


def test_a_work_item_is_made(desk: Desktop, queue: Queue, item: str) -> None:
    uri = f"{BASE_URL}/api/v2/queues/{queue.uuid}"
    for body, code in [
        ({}, 1),
        ({"queueUri": 5}, 10),
        ({"queueUri": "nonsense"}, 6),
        ({"queueUri": uri, "parentId": "nonsense"}, 6),
        ({"queueUri": uri, "userData": []}, 10),
        ({"queueUri": uri, "subject": "x" * 300}, 10),
    ]:
        answer = desk.post("me/workitems", operationName="Create", **body)[1]
        assert answer["statusCode"] == code, body
    status, answer = desk.post("me/workitems", operationName="Create", queueUri=uri, parentId=item, subject="More")
    assert (status, set(answer)) == (200, {"statusCode", "referenceId"})
    told = desk.told("/v2/me/workitems")[-1]
    made = told["workitem"]
    assert told["referenceId"] == answer["referenceId"]
    assert (made["state"], made["parentId"], made["userData"]) == ("Processing", item, {"Queue": "Support"})
    desk.expect("POST", f"me/workitems/{made['id']}", operationName="Complete")
    assert desk.post("me/chats", operationName="Create", queueUri=uri)[1]["statusCode"] == 10
