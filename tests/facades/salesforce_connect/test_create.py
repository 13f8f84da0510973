"""What is sent comes back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.facades.salesforce_connect.conftest import PATH, Connect, payload, small


def by_key(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["key"]: item["value"] for item in items}


def test_the_published_sample_is_accepted_and_every_value_comes_back(connect: Connect) -> None:
    sent = payload("sample")["engagementInteraction"]
    response = connect.create(payload("sample"))
    assert response.status_code == 201
    ids = response.json()["engagementInteraction"]
    got = connect.fetch(ids["id"]).json()["engagementInteraction"]
    pairs = [(sent, got)]
    for name in ("engagementAttendees", "engagementTopics"):
        assert len(ids[name]) == 1
        pairs.append((sent[name][0], next(row for row in got[name] if row["id"] == ids[name][0]["id"])))
    for given, found in pairs:
        plain = {k: v for k, v in given.items() if k not in ("customFieldsList", *ids)}
        assert plain == {key: found[key] for key in plain}
        wanted = by_key(given["customFieldsList"])
        wanted |= {"sampleDate__c": "2022-06-17"} if "sampleDate__c" in wanted else {}
        wanted |= {"sampleCheckbox__c": True} if "sampleCheckbox__c" in wanted else {}
        assert by_key(found["customFields"]) == wanted
    assert got["duration"] == "00:04:00"


def test_create_and_fetch_as_documented(connect: Connect, user: User) -> None:
    body = payload("full")
    body["engagementInteraction"]["engagementAttendees"][1]["internalAttendeeId"] = user.public_id
    response = connect.create(body)
    assert response.json()["status"] == {"code": 201, "message": "Success"}
    assert response["Content-Type"].startswith("application/json")
    ids = response.json()["engagementInteraction"]
    identifier = ids["id"]
    fetched = connect.fetch(identifier).json()
    assert fetched["status"] == {"code": 200, "message": "Success"}
    got = fetched["engagementInteraction"]
    for shown in (got, *got["engagementAttendees"], *got["engagementTopics"]):
        assert list(shown) == sorted(shown)
    assert got.pop("attendeeVerificationTime").endswith(".000Z")
    # The second of the request began first; no third one for the owner, who is listed (C-14, C-28).
    inside, caller = got.pop("engagementAttendees")
    assert [caller["id"], inside["id"]] == [each["id"] for each in ids["engagementAttendees"]]
    assert inside == {
        "customFields": [],
        "endDateTime": None,
        "engagementInteractionId": identifier,
        "externalAttendeeId": None,
        "id": inside["id"],
        "internalAttendeeId": user.public_id,
        "isAuthenticated": False,
        "isVerified": False,
        "ownerId": user.public_id,
        "role": None,
        "startDateTime": "2025-09-08T08:15:00.000Z",
        "verificationTime": None,
    }
    assert (caller["isAuthenticated"], caller["verificationTime"]) == (True, "2025-09-08T08:16:45.000Z")
    card, address = got.pop("engagementTopics")
    assert (card["processStatus"], address["processStatus"]) == ("Completed", "Cancelled")
    assert address["topicId"] is None
    assert got == {
        "attendeeAuthenticated": True,
        "attendeeVerified": True,
        "communicationChannel": "Voice Call",
        "contextId": "08pWq00000Zc1XaIAJ",
        "customFields": [],
        "duration": "00:06:30",
        "endDateTime": "2025-09-08T08:21:30.000Z",
        "externalIdentifierId": "pbx-7-20250908-000412",
        "id": identifier,
        "initiatingAttendeeId": "003Wq00000pL9cDIAS",
        "mappedState": "InProgress",
        "ownerId": user.public_id,
        "phoneNumber": "+44 20 7946 0123",
        "reason": "Replacement card has not arrived",
        "sentiment": "Neutral",
        "startDateTime": "2025-09-08T08:15:00.000Z",
        "status": "In Progress",
        "type": "Inbound",
    }


def test_the_owner_is_added_without_being_named_in_the_answer(connect: Connect, user: User) -> None:
    response = connect.create(small()).json()["engagementInteraction"]
    assert len(response["engagementAttendees"]) == 1
    got = connect.fetch(response["id"]).json()["engagementInteraction"]["engagementAttendees"]
    assert [row["internalAttendeeId"] for row in got] == [None, user.public_id]


def test_ids_in_the_request_are_ignored(connect: Connect) -> None:
    topic = {"name": "Fees", "id": "x", "engagementInteractionId": 7}
    assert connect.created(id="whatever", engagementTopics=[topic]) != "whatever"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"mappedState": "In Progress"}, "InProgress"),
        ({"mappedState": "Completed"}, "Completed"),
        ({"mappedState": "Completed", "status": "New"}, "New"),
        ({"status": None, "mappedState": None}, "New"),
    ],
)
def test_mapped_state(connect: Connect, sent: dict[str, Any], stored: str) -> None:
    got = connect.fetch(connect.created(**sent)).json()["engagementInteraction"]
    assert got["mappedState"] == stored


def test_an_end_without_a_status_does_not_complete_it(connect: Connect) -> None:
    got = connect.fetch(connect.created(endDateTime="2025-09-08T09:00:00Z")).json()["engagementInteraction"]
    assert (got["status"], got["mappedState"], got["duration"]) == (None, "New", "00:00:00")


@pytest.mark.parametrize(
    ("version", "hidden"),
    [(55, {"reason", "phoneNumber", "customFields"}), (56, {"phoneNumber"}), (57, set()), (67, set())],
)
def test_an_old_version_knows_fewer_properties(connect: Connect, version: int, hidden: set[str]) -> None:
    identifier = connect.created(reason="Fees", phoneNumber="1")
    got = connect.fetch(identifier, version).json()["engagementInteraction"]
    newest = connect.fetch(identifier).json()["engagementInteraction"]
    assert newest.keys() - got.keys() == hidden
    child_hidden = {"isAuthenticated", "isVerified", "role", "verificationTime", "customFields"}
    children = newest["engagementAttendees"][0].keys() - got["engagementAttendees"][0].keys()
    assert children == (child_hidden if version == 55 else set())
    response = connect.create(small(phoneNumber="1"), PATH.replace("67", str(version)))
    assert response.status_code == (201 if version >= 57 else 400)


@pytest.mark.parametrize("version", [20, 54, 68, 999])
def test_versions_outside_the_range_are_not_there(connect: Connect, version: int) -> None:
    response = connect.create(small(), PATH.replace("67", str(version)))
    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_the_benchmarked_path_takes_few_statements(
    connect: Connect, tenant: Tenant, django_assert_max_num_queries: Any
) -> None:
    connect.created()
    # token; begin, tenant; interaction, attendees, topics, event; tenant; end. The notice follows a commit.
    with django_assert_max_num_queries(9):
        connect.created()
    with scope(tenant):
        assert EngagementInteraction.objects.count() == 2


def test_the_number_of_statements_does_not_depend_on_how_many_take_part(
    connect: Connect, tenant: Tenant, user: User
) -> None:
    def statements(count: int, **values: Any) -> int:
        attendee = {"startDateTime": "2025-09-08T09:00:00Z", "internalAttendeeId": user.public_id, "role": "Self"}
        topic = {"ownerId": user.public_id, "customFieldsList": [{"key": "sampleNumber__c", "value": 1}]}
        body = small(
            engagementAttendees=[{**attendee, "externalAttendeeId": f"00300000000{each:04}"} for each in range(count)],
            engagementTopics=[{**topic, "name": f"Topic {each}"} for each in range(count)],
            **values,
        )
        with CaptureQueriesContext(connection) as captured:
            made = connect.create(body).json()["engagementInteraction"]
            got = connect.fetch(made["id"]).json()["engagementInteraction"]
        assert len(got["engagementAttendees"]) == len(got["engagementTopics"]) == count
        return len(captured)

    statements(1)
    assert statements(50) == statements(1)
