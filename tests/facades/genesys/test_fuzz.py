"""Bodies that no client means: whatever is sent, the answer is one of the documented ones and nothing breaks."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from apps.agents.models import Agent
from apps.queues.models import Queue
from tests.builders import make_live
from tests.desktop import Desktop

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**80,
    1e300,
    "",
    " ",
    "x",
    "\x00",
    "\ud800",
    "Ünïcödé 🎉",
    "x" * 5000,
    "../../me",
    "IX0000000001",
    "00000000-0000-7000-8000-000000000000",
    "https://desk.example/api/v2/queues/00000000-0000-7000-8000-000000000000",
    [],
    ["a", None],
    [[[]]],
    {},
    {"id": None},
    {"id": "x"},
    {"name": "\x00"},
    {"phoneNumber": {}},
    {"phoneNumber": "\ud800"},
    {"phoneNumber": "1" * 300},
    {"a": {"b": {"c": [1, "\x00"]}}},
]
NAMES = [
    "userData",
    "keys",
    "key",
    "queueName",
    "workbin",
    "userId",
    "userUri",
    "targetUri",
    "destination",
    "digits",
    "otherCallUri",
    "disposition",
    "comment",
    "nickname",
    "saveLAR",
    "id",
    "queueUri",
    "parentId",
    "subject",
    "text",
    "visibility",
    "noticeText",
    "workbinIds",
]
OPERATIONS = {
    "interactions": [
        "Accept",
        "Reject",
        "Cancel",
        "Complete",
        "PlaceInQueue",
        "UpdateUserData",
        "AttachUserData",
        "DeleteUserData",
        "PlaceInWorkbin",
        "GetWorkbinContent",
        "Transfer",
        "SetDisposition",
        "AddComment",
    ],
    "calls": [
        "Answer",
        "Hold",
        "Retrieve",
        "SwapCalls",
        "SendDtmf",
        "SingleStepTransfer",
        "SingleStepConference",
        "InitiateTransfer",
        "InitiateConference",
        "CompleteTransfer",
        "CompleteConference",
        "DeleteUserDataPair",
    ],
    "chats": ["Accept", "SetInFocus", "SendMessage", "SendNotification", "SendCustomNoticeToAgents"],
    "workbins": ["AddInteraction", "PullInteraction", "AddChat", "PullTweet", "Subscribe", "Unsubscribe"],
}
SHAPES = [
    {"statusCode"},
    {"status"},
    {"status", "errorDescription"},
    {"statusCode", "statusMessage"},
    {"statusCode", "referenceId"},
    {"statusCode", "referenceIds"},
    {"statusCode", "statusMessage", "referenceIds", "workbins"},
]


def bodies(chance: random.Random, operations: list[str], count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        names = chance.sample(NAMES, chance.randint(1, 6))
        yield {"operationName": operations[number % len(operations)], **{name: chance.choice(ODD) for name in names}}


@pytest.mark.parametrize("surface", list(OPERATIONS))
def test_whatever_is_sent_is_answered(desk: Desktop, queue: Queue, alice: Agent, surface: str) -> None:
    channel = {"calls": "voice", "chats": "chat"}.get(surface, "work_item")
    public_id = make_live(queue, channel=channel).genesys_id
    workbin = alice.workbins.order_by("id").first()
    assert workbin
    paths = [f"me/{surface}/{workbin.uuid if surface == 'workbins' else public_id}"]
    paths += {"workbins": ["me/workbins"], "interactions": [f"interactions/{public_id}", "me/workitems"]}.get(
        surface, []
    )
    paths += [f"me/devices/{alice.uuid}/calls"] if surface == "calls" else []
    chance = random.Random(surface)
    for number, body in enumerate(bodies(chance, [*OPERATIONS[surface], "Create", "Dial"], 90)):
        path = paths[number % len(paths)]
        response = desk.request("PUT" if path.startswith("interactions") else "POST", path, body)
        assert response.status_code < 500, (path, body, response.content)
        assert set(response.json()) in SHAPES, (path, body, response.content)


@pytest.mark.parametrize("value", ["%00", "%ED%A0%80", "x" * 3000, "-1", "9" * 30, "*", "(", "\\", "%F0%9F%8E%89", ","])
def test_whatever_is_asked_for_is_answered(desk: Desktop, value: str) -> None:
    for path in ("users", "contacts", "queues", "skills", "workbins", "me/workbins", "interactions", "me/calls"):
        for name in ("fields", "subresources", "limit", "offset", "agentGroup", "sortBy", "workbinIds"):
            response = desk.request("GET", f"{path}?{name}={value}")
            assert response.status_code < 500, (path, name)
    query = f"filterName=NamesOrPhoneNumberMatches&filterParameters={value}"
    for path in ("users", "contacts", "queues", "skills"):
        assert desk.request("GET", f"{path}?{query}").status_code < 500
    for path in ("workbins", "me/calls", "me/workitems", "contacts", "users", "settings", "skills", "queues"):
        assert desk.request("GET", f"{path}/{value[:200]}").status_code < 500
