"""What a reference may name (C-41): anything under lenient, records that are held and allowed under strict."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.common.public_ids import suffix
from apps.directory.models import CrmRecord
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.facades.salesforce_connect.conftest import Connect, small

START = "2025-09-08T09:00:00.000Z"
# Property, an object that it takes, one that it does not.
PLACES = [
    ("initiatingAttendeeId", "Lead", "Case"),
    ("contextId", "Visit", "Contact"),
    ("engagementAttendees[0].externalAttendeeId", "Account", "Case"),
    ("engagementTopics[0].topicId", "Case", "Contact"),
    ("engagementTopics[0].topicId", "Claim", "Visit"),
    ("engagementTopics[0].topicId", "Policy__c", "Lead"),
    ("engagementTopics[0].relatedPersonId", "Contact", "Opportunity"),
]
OURS = ["engagementAttendees[0].internalAttendeeId", "engagementTopics[0].parentTopicId"]
OWNERS = ["engagementAttendees[0].ownerId", "engagementTopics[0].ownerId"]


def crm(name: str, number: int = 1) -> str:
    prefixes = {"Account": "001", "Contact": "003", "Opportunity": "006", "Lead": "00Q", "Visit": "0Z5", "Case": "500"}
    fifteen = f"{prefixes.get(name, 'a0X')}{number:012}"
    record_id = fifteen + suffix(fifteen)
    CrmRecord.objects.get_or_create(record_id=record_id, defaults={"object_name": name, "name": name})
    return record_id


def body(place: str, value: Any) -> dict[str, Any]:
    attendee = {"startDateTime": START, "externalAttendeeId": None, "internalAttendeeId": None}
    topic: dict[str, Any] = {"name": "x"}
    values: dict[str, Any] = {"engagementTopics": [topic], "engagementAttendees": []}
    where, _, name = place.rpartition(".")
    if where.startswith("engagementAttendees"):
        values["engagementAttendees"] = [attendee]
        attendee[name] = value
        if name == "ownerId":
            attendee["externalAttendeeId"] = "003000000000001AAA"
    elif where:
        topic[name] = value
    else:
        values[name] = value
    return small(**values)


def outcome(connect: Connect, place: str, value: Any) -> list[tuple[str, list[str]]]:
    response = connect.create(body(place, value))
    assert response.status_code == 400, response.content
    return [(error["errorCode"], error["fields"]) for error in response.json()]


def shown(connect: Connect, place: str, value: Any) -> Any:
    """What comes back of a value that is accepted."""
    made = connect.create(body(place, value))
    assert made.status_code == 201, made.content
    ids = made.json()["engagementInteraction"]
    got = connect.fetch(ids["id"]).json()["engagementInteraction"]
    where, _, name = place.rpartition(".")
    if not where:
        return got[name]
    kind = where.removesuffix("[0]")
    return next(row[name] for row in got[kind] if row["id"] == ids[kind][0]["id"])


@pytest.fixture
def strict(tenant: Tenant) -> Tenant:
    Tenant.objects.filter(pk=tenant.pk).update(reference_checking="strict")
    return tenant


@pytest.mark.parametrize(("place", "right", "wrong"), PLACES)
def test_strict(connect: Connect, strict: Tenant, place: str, right: str, wrong: str) -> None:
    with scope(strict):
        held, other = crm(right), crm(wrong)
    assert shown(connect, place, held) == held
    assert shown(connect, place, held[:15]) == held
    assert outcome(connect, place, "some words") == [("MALFORMED_ID", [place])]
    assert outcome(connect, place, held[:15] + "AA0") == [("MALFORMED_ID", [place])]
    assert outcome(connect, place, other) == [("FIELD_INTEGRITY_EXCEPTION", [place])]
    assert outcome(connect, place, held[:10] + "99999") == [("INVALID_CROSS_REFERENCE_KEY", [place])]


@pytest.mark.parametrize("place", OURS)
def test_strict_references_to_rows_of_ours(connect: Connect, strict: Tenant, user: User, place: str) -> None:
    with scope(strict):
        left = make_user("agent", is_active=False)
        case = crm("Case")
    topic = connect.create(small(engagementAttendees=[])).json()["engagementInteraction"]["engagementTopics"][0]["id"]
    held = topic if "Topic" in place else left.public_id
    assert shown(connect, place, held[:15]) == held
    assert outcome(connect, place, "some words") == [("MALFORMED_ID", [place])]
    assert outcome(connect, place, case) == [("FIELD_INTEGRITY_EXCEPTION", [place])]
    assert outcome(connect, place, held[:11] + "zzzz") == [("INVALID_CROSS_REFERENCE_KEY", [place])]


def test_strict_hides_what_the_caller_may_not_see(connect: Connect, strict: Tenant) -> None:
    body_ = small(engagementAttendees=[])
    topic = connect.create(body_).json()["engagementInteraction"]["engagementTopics"][0]["id"]
    with scope(strict):
        agent = Connect(issue_token(make_user("agent")))
    place = "engagementTopics[0].parentTopicId"
    assert outcome(agent, place, topic) == [("INVALID_CROSS_REFERENCE_KEY", [place])]


@pytest.mark.parametrize("place", [place for place, _, _ in PLACES] + OURS)
@pytest.mark.parametrize("value", ["some words", "003000000000009AAA", "001000000000001", "x" * 64])
def test_lenient(connect: Connect, place: str, value: str) -> None:
    assert shown(connect, place, value) == value
    assert outcome(connect, place, "x" * 65) == [("STRING_TOO_LONG", [place])]


@pytest.mark.parametrize("mode", ["lenient", "strict"])
@pytest.mark.parametrize("place", OWNERS)
def test_an_owner_is_always_an_active_user(connect: Connect, tenant: Tenant, place: str, mode: str) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(reference_checking=mode)
    with scope(tenant):
        owner, left = make_user("agent"), make_user("agent", is_active=False)
        crm("Contact")
    assert shown(connect, place, owner.public_id[:15]) == owner.public_id
    assert outcome(connect, place, "some words") == [("MALFORMED_ID", [place])]
    assert outcome(connect, place, "003000000000001") == [("FIELD_INTEGRITY_EXCEPTION", [place])]
    assert outcome(connect, place, left.public_id) == [("INVALID_CROSS_REFERENCE_KEY", [place])]
