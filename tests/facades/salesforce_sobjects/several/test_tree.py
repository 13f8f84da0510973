"""Records with their children in one call (sobjects 10.3)."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.facades.salesforce_sobjects.records.client import CALL, CONTACT, START, Api, errors

PATH = "/services/data/v59.0/composite/tree"


def node(name: str, reference_id: str, **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": name, "referenceId": reference_id}, **fields}


def contact(reference_id: str, **fields: Any) -> dict[str, Any]:
    return node("EngagementInteraction", reference_id, **{**CONTACT, **fields})


def topic(reference_id: str, **fields: Any) -> dict[str, Any]:
    return node("EngagementTopic", reference_id, **{"Name": "Fees", **fields})


def attendee(reference_id: str, **fields: Any) -> dict[str, Any]:
    return node("EngagementAttendee", reference_id, **{"StartDateTime": START, **fields})


def below(*nodes: Any) -> dict[str, Any]:
    return {"records": list(nodes)}


def plant(api: Api, *nodes: Any, name: str = "EngagementInteraction") -> Any:
    return api.post(f"{PATH}/{name}", below(*nodes))


def bad(answer: Any) -> dict[str, str]:
    """Reference id -> the first code of what is wrong."""
    found = answer.json()
    assert (answer.status_code, found["hasErrors"]) == (400, True)
    return {each["referenceId"]: each["errors"][0]["statusCode"] for each in found["results"]}


def test_contacts_with_their_parts(api: Api, admin: User, tenant: Tenant) -> None:
    inside, outside = (
        attendee("inside", InternalAttendeeId=admin.public_id),
        attendee("outside", ExternalAttendeeId="x"),
    )
    answer = plant(
        api,
        contact("first", EngagementAttendees=below(inside, outside), engagementTOPICS=below(topic("topic"))),
        contact("second"),
    )
    found = answer.json()
    assert (answer.status_code, found["hasErrors"]) == (201, False)
    ids = {each["referenceId"]: each["id"] for each in found["results"]}
    assert list(ids) == ["first", "second", "inside", "outside", "topic"]
    assert api.read(f"EngagementTopic/{ids['topic']}")["EngagementId"] == ids["first"]
    with scope(tenant):
        first, second = EngagementInteraction.objects.order_by("id")
        assert [each.internal_attendee_id for each in first.attendees.order_by("id")] == [admin.pk, None]  # C-14
        assert [each.internal_attendee_id for each in second.attendees.all()] == [admin.pk]


def test_parts_of_a_call(api: Api) -> None:
    answer = plant(api, node("VoiceCall", "call", **CALL, EngagementTopics=below(topic("topic"))), name="voicecall")
    assert answer.status_code == 201
    ids = {each["referenceId"]: each["id"] for each in answer.json()["results"]}
    assert api.read(f"EngagementTopic/{ids['topic']}")["EngagementId"] == ids["call"]


def test_all_or_nothing_and_only_the_bad_ones_are_named(api: Api, tenant: Tenant) -> None:
    answer = plant(
        api,
        contact("good", EngagementTopics=below(topic("fine"), topic("long", Name="x" * 256))),
        contact("late", EndDateTime="2025-09-07T00:00:00Z", EngagementTopics=below(topic("under a bad one"))),
        contact("odd", Nope=1),
    )
    assert bad(answer) == {"late": "FIELD_INTEGRITY_EXCEPTION", "odd": "INVALID_FIELD", "long": "STRING_TOO_LONG"}
    with scope(tenant):
        assert not EngagementInteraction.with_deleted.exists()
        assert not Event.objects.exists()


def test_what_does_not_belong_there(api: Api) -> None:
    answer = plant(
        api,
        topic("top"),
        contact("same"),
        contact("same"),
        contact("a", EngagementTopics=below(attendee("b"))),
        contact("c", EngagementTopics=below(topic("d", EngagementId="9eI00000000zzzz"))),
    )
    assert bad(answer) == {"top": "INVALID_TYPE", "same": "DUPLICATE_VALUE", "b": "INVALID_TYPE", "d": "INVALID_FIELD"}
    assert [each["referenceId"] for each in answer.json()["results"]].count("same") == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "JSON_PARSER_ERROR"),
        ({"records": []}, "JSON_PARSER_ERROR"),
        ({"records": [7]}, "JSON_PARSER_ERROR"),
        ({"records": [CONTACT]}, "JSON_PARSER_ERROR"),
        ({"records": [{"attributes": {"type": "EngagementInteraction"}}]}, "JSON_PARSER_ERROR"),
        ({"records": [contact("a", EngagementTopics=[topic("b")])]}, "JSON_PARSER_ERROR"),
        ({"records": [contact("a", EngagementTopics=below("b"))]}, "JSON_PARSER_ERROR"),
        ({"records": [contact("a")] * 201}, "EXCEEDED_ID_LIMIT"),
        ({"records": [contact("a", EngagementTopics=below(*[topic("b")] * 200))]}, "EXCEEDED_ID_LIMIT"),
    ],
)
def test_a_malformed_call(api: Api, body: Any, code: str) -> None:
    assert errors(api.post(f"{PATH}/EngagementInteraction", body)) == (400, [code])


def test_an_object_without_create(api: Api) -> None:
    assert errors(plant(api, node("User", "a"), name="User")) == (404, ["NOT_FOUND"])
    assert errors(plant(api, node("Nope", "a"), name="Nope")) == (404, ["NOT_FOUND"])
