"""Custom fields of every kind, in and out (engagement 6.5)."""

from typing import Any

import pytest

from apps.objects import operations
from apps.objects.models import CustomFieldKind
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.facades.salesforce_connect.conftest import PATH, Connect, small

ANY_TEXT = [(" Café ", "Café"), ("\U0001f44d", "\U0001f44d")]
VALUES: dict[str, list[tuple[Any, Any]]] = {
    "string": ANY_TEXT,
    "textarea": [("one\ntwo", "one\ntwo")],
    "boolean": [(True, True), (False, False), ("true", True), ("false", False)],
    "date": [("02/28/2025", "2025-02-28"), ("2025-02-28", "2025-02-28")],
    "datetime": [
        ("2025-02-28T10:00:00+02:00", "2025-02-28T08:00:00.000Z"),
        ("2025-02-28T10:00:00.999Z", "2025-02-28T10:00:00.000Z"),
    ],
    "email": [("jane@reef.example", "jane@reef.example")],
    "phone": [("+44 20 7946 0123", "+44 20 7946 0123")],
    "url": [("https://reef.example/?a=b&c", "https://reef.example/?a=b&c")],
    "double": [(17, 17), (-2.5, -2.5), (0, 0)],
    "percent": [(17.25, 17.25)],
    "currency": [(99.95, 99.95)],
    "picklist": [("one", "one")],
    "location": [({"latitude": -33.5, "longitude": 180}, {"latitude": -33.5, "longitude": 180})],
}
BAD: dict[str, list[tuple[Any, str]]] = {
    "string": [(5, "JSON_PARSER_ERROR"), ("x" * 256, "STRING_TOO_LONG"), (["x"], "JSON_PARSER_ERROR")],
    "textarea": [(True, "JSON_PARSER_ERROR"), ("x" * 131_073, "STRING_TOO_LONG")],
    "boolean": [("yes", "JSON_PARSER_ERROR"), (1, "JSON_PARSER_ERROR")],
    "date": [("28/02/2025", "JSON_PARSER_ERROR"), ("2025-02-30", "JSON_PARSER_ERROR"), (20250228, "JSON_PARSER_ERROR")],
    "datetime": [("2025-02-28T10:00:00", "JSON_PARSER_ERROR"), ("02/28/2025", "JSON_PARSER_ERROR")],
    "email": [("x" * 81, "STRING_TOO_LONG")],
    "phone": [("1" * 41, "STRING_TOO_LONG")],
    "url": [(False, "JSON_PARSER_ERROR")],
    "double": [("17", "JSON_PARSER_ERROR"), (10**18, "NUMBER_OUTSIDE_VALID_RANGE"), (True, "JSON_PARSER_ERROR")],
    "percent": [({}, "JSON_PARSER_ERROR")],
    "currency": [(1e300, "NUMBER_OUTSIDE_VALID_RANGE")],
    "picklist": [
        ("three", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("gone", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
    ],
    "location": [
        ({"latitude": 90.1, "longitude": 0}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ({"latitude": 0, "longitude": -180.5}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ({"latitude": 0}, "JSON_PARSER_ERROR"),
        ({"latitude": 0, "longitude": "east"}, "JSON_PARSER_ERROR"),
        ("0,0", "JSON_PARSER_ERROR"),
    ],
}
OBJECTS = {
    "": "EngagementInteraction",
    "engagementAttendees": "EngagementAttendee",
    "engagementTopics": "EngagementTopic",
}


def define(tenant: Tenant, kind: str, place: str = "") -> None:
    sizes = {"scale": 2} if kind in ("double", "percent", "currency") else {}
    with scope(tenant):
        operations.define_custom_field(OBJECTS[place], f"My_{kind}__c", kind, label=kind, **sizes)
        for value in ("one", "two", "gone") if kind == "picklist" else ():
            operations.define_picklist_value(OBJECTS[place], "My_picklist__c", value, is_active=value != "gone")


def body(place: str, items: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "engagementAttendees": [{"externalAttendeeId": "x", "startDateTime": "2025-09-08T09:00:00Z"}],
        "engagementTopics": [{"name": "x"}],
    }
    (values[place][0] if place else values)["customFieldsList"] = items
    return small(**values)


@pytest.mark.parametrize("kind", CustomFieldKind.values)
@pytest.mark.parametrize("place", OBJECTS)
def test_a_value_goes_in_and_comes_back(connect: Connect, tenant: Tenant, place: str, kind: str) -> None:
    define(tenant, kind, place)
    for sent, stored in [*VALUES[kind], (None, None)]:
        ids = connect.create(body(place, [{"key": f"MY_{kind}__C", "value": sent}])).json()["engagementInteraction"]
        got = connect.fetch(ids["id"]).json()["engagementInteraction"]
        part = next(row for row in got[place] if row["id"] == ids[place][0]["id"]) if place else got
        assert part["customFields"] == ([] if stored is None else [{"key": f"My_{kind}__c", "value": stored}])


@pytest.mark.parametrize("kind", CustomFieldKind.values)
@pytest.mark.parametrize("place", OBJECTS)
def test_a_bad_value_is_named(connect: Connect, tenant: Tenant, place: str, kind: str) -> None:
    define(tenant, kind, place)
    path = f"{place}[0].customFieldsList[0].value" if place else "customFieldsList[0].value"
    for value, code in BAD[kind]:
        response = connect.create(body(place, [{"key": f"My_{kind}__c", "value": value}]))
        assert [(error["errorCode"], error["fields"]) for error in response.json()] == [(code, [path])], value


def test_keys(connect: Connect, tenant: Tenant) -> None:
    define(tenant, "string")
    items = [{"key": "My_string__c", "value": "a"}, {"key": "my_STRING__c", "value": "b"}, {"key": None}, {"value": 1}]
    response = connect.create(body("", [*items, {"key": "sampleNumber__c", "value": 1}]))
    assert [(error["errorCode"], error["fields"]) for error in response.json()] == [
        ("INVALID_FIELD", [f"customFieldsList[{index}].key"]) for index in (1, 2, 3, 4)
    ]


def test_they_come_in_definition_order(connect: Connect, tenant: Tenant) -> None:
    for kind in ("string", "email", "url"):
        define(tenant, kind)
    keys = ["My_url__c", "My_email__c", "My_string__c"]
    identifier = connect.created(customFieldsList=[{"key": key, "value": "x"} for key in keys])
    got = connect.fetch(identifier).json()["engagementInteraction"]["customFields"]
    assert [item["key"] for item in got] == ["My_string__c", "My_email__c", "My_url__c"]


@pytest.mark.parametrize("kind", CustomFieldKind.values)
def test_a_value_in_xml(connect: Connect, tenant: Tenant, kind: str) -> None:
    define(tenant, kind)
    sent, stored = VALUES[kind][0]
    text = "".join(f"<{name}>{part}</{name}>" for name, part in sent.items()) if isinstance(sent, dict) else str(sent)
    text = text.lower() if isinstance(sent, bool) else text.replace("&", "&amp;")
    request = f"""<?xml version="1.0"?><engagementContainer xmlns="urn:x"><engagementInteraction>
        <communicationChannel>Web Chat</communicationChannel>
        <attendeeVerified> true </attendeeVerified>
        <startDateTime>
          2025-09-08T09:00:00.000Z
        </startDateTime>
        <customFieldsList><customFields><key>My_{kind}__c</key><value>{text}</value></customFields></customFieldsList>
        </engagementInteraction></engagementContainer>"""
    response = connect.create(request.encode(), PATH, "application/xml")
    assert response.status_code == 201, response.content
    got = connect.fetch(response.json()["engagementInteraction"]["id"]).json()["engagementInteraction"]
    assert got["customFields"] == [{"key": f"My_{kind}__c", "value": stored}]
