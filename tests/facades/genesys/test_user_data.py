"""The merge rules of user data (genesys 9)."""

from typing import Any

import pytest

from apps.queues.models import Queue
from tests.builders import make_live
from tests.desktop import Desktop

BEFORE = {"Priority": "2", "Account": {"Number": "77-104", "Tier": "gold"}, "Empty": None}


@pytest.fixture
def item(desk: Desktop, queue: Queue) -> str:
    public_id = make_live(queue, channel="work_item", user_data=BEFORE).genesys_id
    desk.operate(public_id, "Accept")
    return public_id


@pytest.mark.parametrize(
    ("operation", "body", "after"),
    [
        ("AttachUserData", {"userData": {"New": 1}}, BEFORE | {"New": 1}),
        ("AttachUserData", {"userData": {"Priority": 1}}, BEFORE | {"Priority": 1}),
        ("AttachUserData", {"userData": {"Account": {"Tier": "tin"}}}, BEFORE | {"Account": {"Tier": "tin"}}),
        ("UpdateUserData", {"userData": {"Priority": "9"}}, BEFORE | {"Priority": "9"}),
        ("UpdateUserData", {"userData": {"Missing": "x"}}, BEFORE | {"Missing": "x"}),
        ("UpdateUserData", {"userData": {}}, BEFORE),
        ("DeleteUserData", {"userData": {"Priority": "ignored", "Empty": 1}}, {"Account": BEFORE["Account"]}),
        ("DeleteUserData", {"keys": ["Account", "Empty"]}, {"Priority": "2"}),
        ("DeleteUserData", {"keys": ["Missing"]}, BEFORE),
    ],
)
def test_merges_by_top_level_key(desk: Desktop, item: str, operation: str, body: Any, after: Any) -> None:
    told = len(desk.told())
    assert desk.operate(item, operation, **body) == (200, {"status": "ok"})
    assert desk.item()["userData"] == after
    messages = desk.told()[told:]
    assert [message["notificationType"] for message in messages] == ["PropertiesUpdated"]
    assert messages[0]["interaction"]["userData"] == after


@pytest.mark.parametrize(
    ("operation", "body", "status"),
    [
        ("AttachUserData", {}, 400),
        ("AttachUserData", {"userData": None}, 400),
        ("AttachUserData", {"userData": []}, 400),
        ("UpdateUserData", {"userData": "a"}, 400),
        ("UpdateUserData", {"userData": {"a": "\x00"}}, 400),
        ("UpdateUserData", {"userData": {"\ud800": 1}}, 400),
        ("DeleteUserData", {}, 400),
        ("DeleteUserData", {"keys": "Priority"}, 400),
        ("DeleteUserData", {"keys": [1]}, 400),
    ],
)
def test_refuses_what_is_no_user_data(desk: Desktop, item: str, operation: str, body: Any, status: int) -> None:
    told = len(desk.told())
    got, answer = desk.operate(item, operation, **body)
    assert (got, answer["status"]) == (status, "error")
    assert desk.item()["userData"] == BEFORE
    assert len(desk.told()) == told


def test_an_invited_agent_must_accept_first(desk: Desktop, queue: Queue) -> None:
    public_id = make_live(queue, channel="email").genesys_id
    assert desk.operate(public_id, "AttachUserData", userData={"a": 1})[0] == 409
