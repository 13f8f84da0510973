"""What lists show to whom, and in which envelope (genesys 3.2, 3.3, 4)."""

import re
from datetime import UTC, datetime

import pytest

from apps.agents.models import Agent
from apps.queues.models import Queue
from tests.builders import make_live, make_queue, make_user
from tests.desktop import BASE_URL, Desktop


@pytest.fixture
def items(desk: Desktop, queue: Queue) -> list[str]:
    """Three work items offered to Alice, oldest first."""
    at = [datetime(2026, 3, 4, 10, minute, 42, 123000, UTC) for minute in range(3)]
    return [make_live(queue, channel="work_item", at=each, subject=f"No. {each.minute}").genesys_id for each in at]


def test_uris_newest_first(desk: Desktop, items: list[str]) -> None:
    uris = [f"{BASE_URL}/api/v2/interactions/{item}" for item in reversed(items)]
    assert desk.get("me/interactions") == {"statusCode": 0, "uris": uris}
    assert desk.get("interactions") == {"statusCode": 0, "uris": uris}


def test_whole_resources(desk: Desktop, items: list[str]) -> None:
    answer = desk.get("me/interactions?fields=*")
    assert set(answer) == {"statusCode", "interactions"}
    assert answer["interactions"][-1] == {
        "id": items[0],
        "uri": f"{BASE_URL}/api/v2/interactions/{items[0]}",
        "path": f"/interactions/{items[0]}",
        "channel": "workitem",
        "interactionType": "Inbound",
        "state": "Invited",
        "subject": "No. 0",
        "receivedDate": "2026-03-04 10:00:42.123+0000",
        "capabilities": ["Accept", "Reject"],
        "participants": [],
        "userData": {},
        "queueName": "Support",
    }


def test_chosen_properties_and_the_id(desk: Desktop, items: list[str]) -> None:
    answer = desk.get("me/interactions?fields=state,subject,nonsense")
    assert answer["interactions"][0] == {"id": items[2], "state": "Invited", "subject": "No. 2"}


def test_pages_and_order(desk: Desktop, items: list[str]) -> None:
    answer = desk.get("interactions?fields=subject&sortBy=subject&offset=1&limit=1")
    assert answer == {"statusCode": 0, "interactions": [{"id": items[1], "subject": "No. 1"}], "totalCount": 3}
    assert [each["id"] for each in desk.get("interactions?fields=id&sortMethod=asc")["interactions"]] == items
    workitems = desk.get("me/workitems?fields=id&sortBy=subject&limit=2")["workitems"]
    assert [each["id"] for each in workitems] == items[:2]


@pytest.mark.parametrize("query", ["sortBy=nonsense", "sortMethod=up", "limit=-1", "offset=x", "limit=99999999999"])
def test_refuses_what_no_list_knows(desk: Desktop, query: str) -> None:
    for path in ("interactions", "me/workitems"):
        response = desk.request("GET", f"{path}?{query}")
        assert (response.status_code, response.json()["statusCode"]) == (400, 10)


def test_everybody_sees_all_active_interactions(desk: Desktop, second: Desktop, items: list[str]) -> None:
    desk.operate(items[0], "Accept")
    seen = {item["id"]: item for item in second.get("interactions?fields=*")["interactions"]}
    assert seen[items[0]]["state"] == "Processing"
    assert seen[items[0]]["capabilities"] == []
    assert seen[items[0]]["ownerUri"] == f"{BASE_URL}/api/v2/users/{desk.user.uuid}"
    assert seen[items[1]]["state"] == "Queued"
    supervisor = Desktop(make_user("supervisor"))
    assert len(supervisor.get("interactions")["uris"]) == 3
    assert second.get("me/interactions")["uris"] == []


def test_who_refused_sees_it_queued_in_the_list_and_completed_by_id(desk: Desktop, items: list[str]) -> None:
    desk.operate(items[0], "Reject")
    seen = {item["id"]: item["state"] for item in desk.get("interactions?fields=state")["interactions"]}
    assert seen[items[0]] == "Queued"
    assert desk.get(f"interactions/{items[0]}")["interaction"]["state"] == "Completed"


def test_only_agents_have_work(alice: Agent) -> None:
    response = Desktop(make_user("supervisor")).request("GET", "me/interactions")
    assert (response.status_code, response.json()["statusCode"]) == (403, 5)


def test_one_interaction(desk: Desktop, items: list[str]) -> None:
    answer = desk.get(f"interactions/{items[0]}")
    assert set(answer) == {"statusCode", "interaction"}
    assert answer["interaction"] == desk.get("me/interactions?fields=*")["interactions"][-1]


def test_the_state_of_a_call_that_nobody_was_offered(alice: Agent) -> None:
    live = make_live(make_queue(), channel="voice")
    answer = Desktop(alice.user).get(f"interactions/{live.genesys_id}")["interaction"]
    assert (answer["state"], answer["capabilities"], answer["channel"]) == ("Queued", [], "voice")
    assert answer["participants"] == [
        {
            "digits": "442079460123",
            "phoneNumber": "+442079460123",
            "formattedPhoneNumber": "+442079460123",
            "e164Number": "+442079460123",
        }
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+0000", answer["receivedDate"])


def test_as_many_queries_for_many_as_for_one(
    desk: Desktop, items: list[str], django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(23):  # type: ignore[operator]
        desk.get("interactions?fields=*")
