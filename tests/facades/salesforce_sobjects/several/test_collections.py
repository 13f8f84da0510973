"""Many records created, updated, upserted and deleted in one call (sobjects 10.4)."""

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_live
from tests.facades.salesforce_sobjects.records.client import CALL, CONTACT, START, Api, errors

PATH = "/services/data/v59.0/composite/sobjects"
ROLLED_BACK = "ALL_OR_NONE_OPERATION_ROLLED_BACK"


def record(name: str = "EngagementInteraction", **fields: Any) -> dict[str, Any]:
    own = CONTACT if name == "EngagementInteraction" else {}
    return {"attributes": {"type": name}, **own, **fields}


def changed(name: str = "EngagementInteraction", **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": name}, **fields}


def create(api: Api, *records: Any, **more: Any) -> list[Any]:
    return done(api.post(PATH, {"records": records, **more}))


def update(api: Api, *records: Any, **more: Any) -> list[Any]:
    return done(api.patch(PATH, {"records": records, **more}))


def upsert(api: Api, field: str, *records: Any, name: str = "EngagementInteraction", **more: Any) -> list[Any]:
    return done(api.patch(f"{PATH}/{name}/{field}", {"records": records, **more}))


def delete(api: Api, *ids: str, query: str = "") -> list[Any]:
    return done(api.delete(f"{PATH}?ids={','.join(ids)}{query}"))


def done(answer: Any) -> list[Any]:
    assert answer.status_code == 200, answer.content
    found: list[Any] = answer.json()
    return found


def codes(results: list[Any]) -> list[str | None]:
    """Of each record its first code, None for success."""
    assert all(each["success"] == ("id" in each) == (not each["errors"]) for each in results)
    return [each["errors"][0]["statusCode"] if each["errors"] else None for each in results]


def test_records_of_several_objects_in_their_order(api: Api, contact: str) -> None:
    parent = {"ExternalIdentifier": "a"}
    results = create(
        api,
        record(ExternalIdentifier="a"),
        record("engagementTopic", EngagementId=contact, Name="Fees"),
        record("VoiceCall", **CALL),
        record("EngagementAttendee", Engagement=parent, ExternalAttendeeId="x", StartDateTime=START),
    )
    assert codes(results) == [None] * 4
    assert [each["id"][:3] for each in results] == ["9eI", "9eT", "0LQ", "9eA"]
    assert api.read(f"EngagementAttendee/{results[3]['id']}")["EngagementId"] == results[0]["id"]


def test_the_errors_of_each_record(api: Api, contact: str) -> None:
    results = create(
        api,
        record(Reason="x" * 766),
        record(ExternalIdentifier="pbx-1"),
        record(Nope=1),
        record(),
        changed(StartDateTime="soon", Status="Nope"),
        record("EngagementTopic", EngagementId=contact),
        record("EngagementTopic", EngagementId="9eI00000000zzzz", Name="x"),
        record("Nothing"),
        record("User", Name="x"),
        record(Id=contact),
    )
    assert codes(results) == [
        "STRING_TOO_LONG",
        "DUPLICATE_VALUE",
        "INVALID_FIELD",
        None,
        "JSON_PARSER_ERROR",
        "REQUIRED_FIELD_MISSING",
        "INVALID_CROSS_REFERENCE_KEY",
        "INVALID_TYPE",
        "METHOD_NOT_ALLOWED",
        "INVALID_FIELD",
    ]
    assert results[0]["errors"] == [
        {
            "statusCode": "STRING_TOO_LONG",
            "message": f"Reason: data value too large: {'x' * 766} (max length=765)",
            "fields": ["Reason"],
        }
    ]
    assert [each["statusCode"] for each in results[4]["errors"]] == [
        "JSON_PARSER_ERROR",
        "REQUIRED_FIELD_MISSING",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    ]


def test_all_or_none(api: Api, tenant: Tenant) -> None:
    records = [record(ExternalIdentifier="a"), record(ExternalIdentifier="a"), record("VoiceCall", **CALL)]
    assert codes(create(api, *records, allOrNone=True)) == [ROLLED_BACK, "DUPLICATE_VALUE", ROLLED_BACK]
    with scope(tenant):
        assert not EngagementInteraction.objects.exists()
        assert not Event.objects.exists()
    assert codes(create(api, *records[1:], allOrNone=True)) == [None, None]


def test_a_composite_call_decides_for_its_collections(api: Api, tenant: Tenant) -> None:
    inner = {"records": [record(), record(Nope=1)]}
    steps = [
        {"referenceId": "many", "method": "POST", "url": PATH, "body": inner},
        {"referenceId": "one", "method": "POST", "url": "/services/data/v59.0/sobjects/VoiceCall", "body": CALL},
    ]
    answer = api.post("/services/data/v59.0/composite", {"allOrNone": True, "compositeRequest": steps}).json()
    many, one = answer["compositeResponse"]
    assert codes(many["body"]) == [ROLLED_BACK, "INVALID_FIELD"]
    assert one["body"][0]["errorCode"] == "PROCESSING_HALTED"
    with scope(tenant):
        assert not EngagementInteraction.objects.exists()
    steps[1] |= {"method": "GET", "url": "/services/data/v59.0/sobjects/EngagementInteraction/@{many[0].id}"}
    many, one = api.post("/services/data/v59.0/composite", {"compositeRequest": steps}).json()["compositeResponse"]
    assert codes(many["body"]) == [None, "INVALID_FIELD"]
    assert one["body"]["Id"] == many["body"][0]["id"]


def test_update(api: Api, contact: str, tenant: Tenant) -> None:
    with scope(tenant):
        live = make_live().public_id
    gone = api.create("EngagementInteraction", CONTACT)
    api.delete(f"EngagementInteraction/{gone}")
    results = update(
        api,
        changed(id=contact, Reason="first"),
        changed(ID=live, Status="Completed"),
        changed(Id="nonsense", Reason="x"),
        changed(id="9eI00000000zzzz", Reason="x"),
        changed(id=gone, Reason="x"),
        changed(Reason="x"),
        changed(id=None, Reason="x"),
        changed(id=contact[:15], Sentiment="Positive", Reason="second"),
        changed("EngagementTopic", id=contact, Name="x"),
    )
    assert codes(results) == [
        None,
        None,
        "MALFORMED_ID",
        "INVALID_CROSS_REFERENCE_KEY",
        "ENTITY_IS_DELETED",
        "MISSING_ARGUMENT",
        "MISSING_ARGUMENT",
        None,
        "MALFORMED_ID",
    ]
    seen = api.read(f"EngagementInteraction/{contact}")
    assert (seen["Reason"], seen["Sentiment"]) == ("second", "Positive")
    assert api.read(f"EngagementInteraction/{live}")["MappedState"] == "Completed"


def test_update_of_all_or_none(api: Api, contact: str) -> None:
    results = update(api, changed(id=contact, Reason="x"), changed(id=contact, Nope=1), allOrNone=True)
    assert codes(results) == [ROLLED_BACK, "INVALID_FIELD"]
    assert api.read(f"EngagementInteraction/{contact}")["Reason"] is None


def test_one_record_cannot_be_named_without_end(api: Api, contact: str) -> None:
    results = update(api, *(changed(id=contact, Reason=f"{each}") for each in range(14)))
    assert codes(results) == [None] * 12 + ["DUPLICATE_VALUE"] * 2
    assert api.read(f"EngagementInteraction/{contact}")["Reason"] == "11"


def test_upsert(api: Api, contact: str) -> None:
    results = upsert(
        api,
        "externalIDENTIFIER",
        changed(ExternalIdentifier="pbx-1", Reason="x"),
        record(ExternalIdentifier="pbx-2"),
        record(externalidentifier="pbx-2"),
        record(ExternalIdentifier="PBX-1"),
        changed(ExternalIdentifier="pbx-3"),
        record(),
        record(ExternalIdentifier=7),
    )
    assert codes(results) == [
        None,
        None,
        "DUPLICATE_VALUE",
        None,
        "REQUIRED_FIELD_MISSING",
        "MISSING_ARGUMENT",
        "MISSING_ARGUMENT",
    ]
    assert [each.get("created") for each in results] == [False, True, None, True, None, None, None]
    assert results[0]["id"] == contact
    assert api.read("EngagementInteraction/ExternalIdentifier/pbx-1")["Reason"] == "x"


def test_upsert_by_a_key_that_several_have(api: Api, contact: str) -> None:
    topic = {"EngagementId": contact, "Name": "Fees"}
    create(api, record("EngagementTopic", **topic), record("EngagementTopic", **topic))
    results = upsert(api, "Name", record("EngagementTopic", **{**topic, "Name": "fees"}), name="EngagementTopic")
    assert codes(results) == ["DUPLICATE_EXTERNAL_ID"]


def test_upsert_by_id(api: Api, contact: str) -> None:
    results = upsert(api, "Id", changed(Id=contact, Reason="x"), record(), changed(id="9eI00000000zzzz"))
    assert codes(results) == [None, None, "INVALID_CROSS_REFERENCE_KEY"]
    assert [each.get("created") for each in results] == [False, True, None]


def test_delete(api: Api, agent_api: Api, contact: str, tenant: Tenant) -> None:
    with scope(tenant):
        live = make_live().public_id
    topic = api.create("EngagementTopic", {"EngagementId": contact, "Name": "x"})
    call = api.create("VoiceCall", CALL)
    assert codes(delete(agent_api, live, topic)) == ["INSUFFICIENT_ACCESS_OR_READONLY", "INVALID_CROSS_REFERENCE_KEY"]
    refused = delete(api, topic, "nonsense", query="&allOrNone=true")
    assert codes(refused) == [ROLLED_BACK, "MALFORMED_ID"]
    results = delete(api, topic, contact, "9eI00000000zzzz", live, topic, call, "nonsense", "005000000000001")
    assert codes(results) == [
        None,
        None,
        "INVALID_CROSS_REFERENCE_KEY",
        None,
        "ENTITY_IS_DELETED",
        None,
        "MALFORMED_ID",
        "METHOD_NOT_ALLOWED",
    ]
    assert [each["id"] for each in results if each["success"]] == [topic, contact, live, call]
    assert errors(api.get(f"EngagementInteraction/{contact}")) == (404, ["ENTITY_IS_DELETED"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "JSON_PARSER_ERROR"),
        ([], "JSON_PARSER_ERROR"),
        ({}, "JSON_PARSER_ERROR"),
        ({"records": {}}, "JSON_PARSER_ERROR"),
        ({"records": ["x"]}, "JSON_PARSER_ERROR"),
        ({"records": [{}]}, "JSON_PARSER_ERROR"),
        ({"records": [{"attributes": "EngagementTopic"}]}, "JSON_PARSER_ERROR"),
        ({"records": [{"attributes": {"type": 1}}]}, "JSON_PARSER_ERROR"),
        ({"records": [record()], "allOrNone": 1}, "JSON_PARSER_ERROR"),
        ({"records": [record()] * 201}, "EXCEEDED_ID_LIMIT"),
        ({"records": [record(), record("EngagementTopic")] * 6}, "EXCEEDED_ID_LIMIT"),
    ],
)
def test_a_malformed_call(api: Api, body: Any, code: str) -> None:
    assert errors(api.post(PATH, body)) == (400, [code])
    assert errors(api.patch(PATH, body)) == (400, [code])


def test_other_malformed_calls(api: Api) -> None:
    assert errors(api.delete(PATH)) == (400, ["MISSING_ARGUMENT"])
    assert errors(api.delete(f"{PATH}?ids=x&allOrNone=maybe")) == (400, ["JSON_PARSER_ERROR"])
    assert errors(api.delete(f"{PATH}?ids={','.join(['x'] * 201)}")) == (400, ["EXCEEDED_ID_LIMIT"])
    mixed = {"records": [record(), record("EngagementTopic")]}
    assert errors(api.patch(f"{PATH}/EngagementInteraction/ExternalIdentifier", mixed)) == (400, ["INVALID_TYPE"])
    assert errors(api.patch(f"{PATH}/EngagementInteraction/Reason", mixed)) == (404, ["NOT_FOUND"])
    older = f"{PATH.replace('59', '45')}/EngagementInteraction/ExternalIdentifier"
    assert errors(api.patch(older, mixed)) == (404, ["NOT_FOUND"])
    assert errors(api.patch(f"{PATH}/Nope/Id", mixed)) == (404, ["NOT_FOUND"])
    assert create(api) == []


def test_a_fixed_number_of_queries(api: Api) -> None:
    create(api, record())  # the definitions are read once

    def queries(number: int) -> list[int]:
        keys = [f"{number}-{each}" for each in range(number * 3 // 2)]
        with CaptureQueriesContext(connection) as creating:
            made = create(api, *(record(ExternalIdentifier=key) for key in keys[:number]))
        with CaptureQueriesContext(connection) as updating:
            update(api, *(changed(id=each["id"], Reason="x") for each in made))
        with CaptureQueriesContext(connection) as upserting:
            results = upsert(api, "ExternalIdentifier", *(record(ExternalIdentifier=key) for key in keys[-number:]))
        with CaptureQueriesContext(connection) as deleting:
            assert codes([*results, *delete(api, *(each["id"] for each in made))]) == [None] * number * 2
        return [len(each) for each in (creating, updating, upserting, deleting)]

    counts = queries(10)
    assert counts == queries(200)
    assert counts[0] <= 12  # token, begin, scope and back, identifiers, savepoint and release, 3 tables, commit


def test_parents_named_by_their_keys_take_one_query(api: Api) -> None:
    keys = [f"pbx-{each}" for each in range(40)]
    create(api, *(record(ExternalIdentifier=key) for key in keys))

    def queries(number: int) -> int:
        parents = [{"ExternalIdentifier": key} for key in [*keys[:number], "nobody"]]
        with CaptureQueriesContext(connection) as creating:
            results = create(api, *(record("EngagementTopic", Name="x", Engagement=parent) for parent in parents))
        assert codes(results) == [None] * number + ["INVALID_FIELD"]
        return len(creating)

    assert queries(2) == queries(40)


KINDS = {
    "good": {},
    "status": {"Status": "In Progress", "EndDateTime": "2025-09-08T09:15:00Z"},
    "same": {"ExternalIdentifier": "same"},
    "long": {"PhoneNumber": "0" * 41},
    "late": {"EndDateTime": "2025-09-07T09:15:00Z"},
    "unknown": {"Nope": 1},
    "unreadable": {"StartDateTime": "soon"},
}
COLUMNS = ("Status", "MappedState", "EndDateTime", "Duration", "ExternalIdentifier", "OwnerId", "Reason")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(sorted(KINDS)), max_size=12), all_or_none=st.booleans(), seed=st.integers())
def test_the_end_is_as_if_each_came_alone(api: Api, kinds: list[str], all_or_none: bool, seed: int) -> None:
    """Whatever is good and bad: the same records stand there as after single creates, or none at all."""
    mark = f"{seed}-{random.random()}"  # what earlier examples left is none of ours
    bodies = [{**CONTACT, **KINDS[kind], "Reason": f"{mark} {each}"} for each, kind in enumerate(kinds)]
    for body in bodies:
        if "ExternalIdentifier" in body:
            body["ExternalIdentifier"] = mark
    alone = [api.post("EngagementInteraction", body) for body in bodies]
    expected = [_shown(api, answer.json()["id"]) for answer in alone if answer.status_code == 201]
    refused = [None if answer.status_code == 201 else answer.json()[0]["errorCode"] for answer in alone]
    delete(api, *(answer.json()["id"] for answer in alone if answer.status_code == 201)) if expected else None
    results = create(api, *(changed(**body) for body in bodies), allOrNone=all_or_none)
    if all_or_none and any(refused):
        assert codes(results) == [code or ROLLED_BACK for code in refused]
        return
    assert codes(results) == refused
    assert [_shown(api, each["id"]) for each in results if each["success"]] == expected


def _shown(api: Api, record_id: str) -> dict[str, Any]:
    seen = api.read(f"EngagementInteraction/{record_id}")
    return {name: seen[name] for name in COLUMNS}
