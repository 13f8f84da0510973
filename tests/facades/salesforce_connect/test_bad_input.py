"""Every refusal has its documented code, names what is at fault, and leaves nothing behind."""

import json
from typing import Any

import pytest

from apps.attendees.models import EngagementAttendee
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from tests.facades.salesforce_connect.conftest import PATH, Connect, small

PARSER, REQUIRED = "JSON_PARSER_ERROR", "REQUIRED_FIELD_MISSING"
PICKLIST, FIELD = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "INVALID_FIELD"
RANGE = "NUMBER_OUTSIDE_VALID_RANGE"
START = "2025-09-08T09:00:00Z"


def refused(connect: Connect, body: Any, **options: Any) -> list[tuple[str, list[str]]]:
    response = connect.create(body, **options)
    assert response.status_code == 400, response.content
    assert all(error.keys() <= {"errorCode", "message", "fields"} and error["message"] for error in response.json())
    return [(error["errorCode"], error.get("fields", [])) for error in response.json()]


@pytest.fixture(autouse=True)
def _nothing_is_written(connect: Connect, tenant: Tenant, caplog: pytest.LogCaptureFixture) -> Any:
    yield
    with scope(tenant):
        for model in (EngagementInteraction, EngagementAttendee, EngagementTopic, Event):
            assert not model.objects.exists()
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"engagementInteraction": NaN}',
        b'{"engagementInteraction": {"startDateTime": 1e999}}',
        b"[" * 100_000,
        b'{"engagementInteraction": ' + b"9" * 5000 + b"}",
        b'{"engagementInteraction": []}',
        b'{"engagementInteraction": "text"}',
        b'{"engagementInteraction": {"reason": "\\ud800"}}',
        b'{"engagementInteraction": {"customFieldsList": [{"key": "\\uD800", "value": 1}]}}',
    ],
)
def test_a_body_that_cannot_be_read(connect: Connect, body: bytes) -> None:
    codes = {code for code, _ in refused(connect, body)}
    assert codes & {PARSER, REQUIRED}
    assert PARSER in codes or body == b""


@pytest.mark.parametrize("body", [{}, {"engagementInteraction": None}])
def test_the_interaction_is_required(connect: Connect, body: Any) -> None:
    assert refused(connect, body) == [(REQUIRED, ["engagementInteraction"])]


def test_every_failure_is_told_at_once(connect: Connect) -> None:
    body = small(communicationChannel="ABSENT", sentiment="Furious", engagementAttendees=[{"startDateTime": START}])
    assert connect.create(body).json() == [
        {
            "errorCode": REQUIRED,
            "message": "communicationChannel is required.",
            "fields": ["communicationChannel"],
        },
        {"errorCode": PICKLIST, "message": "Sentiment does not accept the value Furious.", "fields": ["sentiment"]},
        {
            "errorCode": REQUIRED,
            "message": "Give externalAttendeeId or internalAttendeeId.",
            "fields": ["engagementAttendees[0].externalAttendeeId", "engagementAttendees[0].internalAttendeeId"],
        },
    ]


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"startDateTime": "ABSENT"}, REQUIRED, "startDateTime"),
        ({"startDateTime": None}, REQUIRED, "startDateTime"),
        ({"startDateTime": " "}, REQUIRED, "startDateTime"),
        ({"startDateTime": "2025-09-08T09:00:00"}, PARSER, "startDateTime"),
        ({"startDateTime": "yesterday"}, PARSER, "startDateTime"),
        ({"startDateTime": 1757322000}, PARSER, "startDateTime"),
        ({"communicationChannel": ""}, REQUIRED, "communicationChannel"),
        ({"communicationChannel": "Pigeon"}, PICKLIST, "communicationChannel"),
        ({"communicationChannel": "voice call"}, PICKLIST, "communicationChannel"),
        ({"attendeeVerified": "ABSENT"}, REQUIRED, "attendeeVerified"),
        ({"attendeeVerified": None}, REQUIRED, "attendeeVerified"),
        ({"attendeeVerified": "maybe"}, PARSER, "attendeeVerified"),
        ({"attendeeAuthenticated": 1}, PARSER, "attendeeAuthenticated"),
        ({"endDateTime": "2025-09-08T08:59:59Z"}, "FIELD_INTEGRITY_EXCEPTION", "endDateTime"),
        ({"mappedState": "Halfway"}, PICKLIST, "mappedState"),
        ({"mappedState": 3}, PARSER, "mappedState"),
        ({"status": "Done"}, PICKLIST, "status"),
        ({"status": ["New"]}, PARSER, "status"),
        ({"type": "Sideways"}, PICKLIST, "type"),
        ({"sentiment": "Test"}, PICKLIST, "sentiment"),
        ({"reason": "x" * 766}, "STRING_TOO_LONG", "reason"),
        ({"reason": 5}, PARSER, "reason"),
        ({"reason": "\x00"}, PARSER, "reason"),
        ({"phoneNumber": "1" * 41}, "STRING_TOO_LONG", "phoneNumber"),
        ({"phoneNumber": 441234567}, PARSER, "phoneNumber"),
        ({"externalIdentifierId": "x" * 256}, "STRING_TOO_LONG", "externalIdentifierId"),
        ({"initiatingAttendeeId": "x" * 65}, "STRING_TOO_LONG", "initiatingAttendeeId"),
        ({"contextId": {"id": "x"}}, PARSER, "contextId"),
        ({"duration": "00:01:00"}, PARSER, "duration"),
        ({"ownerId": "x"}, PARSER, "ownerId"),
        ({"start_date_time": START}, PARSER, "startDateTime"),
        ({"engagementAttendees": {"startDateTime": START}}, PARSER, "engagementAttendees"),
        ({"engagementAttendees": ["x"]}, PARSER, "engagementAttendees[0]"),
        ({"engagementTopics": {"name": "Fees"}}, PARSER, "engagementTopics"),
        ({"engagementTopics": [{}]}, REQUIRED, "engagementTopics[0].name"),
        ({"engagementTopics": [{"name": "  "}]}, REQUIRED, "engagementTopics[0].name"),
        ({"engagementTopics": [{"name": "x" * 256}]}, "STRING_TOO_LONG", "engagementTopics[0].name"),
        ({"engagementTopics": [{"name": "x", "colour": 1}]}, PARSER, "engagementTopics[0].colour"),
        ({"engagementTopics": [{"name": "x", "processType": "Macro"}]}, PICKLIST, "engagementTopics[0].processType"),
        ({"engagementTopics": [{"name": "x", "ownerId": "x"}]}, "MALFORMED_ID", "engagementTopics[0].ownerId"),
        (
            {"engagementTopics": [{"name": "x", "ownerId": "001000000000001AAA"}]},
            "FIELD_INTEGRITY_EXCEPTION",
            "engagementTopics[0].ownerId",
        ),
        (
            {"engagementTopics": [{"name": "x", "ownerId": "00500000000zzzz"}]},
            "INVALID_CROSS_REFERENCE_KEY",
            "engagementTopics[0].ownerId",
        ),
        ({"customFieldsList": {"key": "sampleCheckbox__c"}}, PARSER, "customFieldsList"),
        ({"customFieldsList": ["x"]}, PARSER, "customFieldsList[0]"),
        ({"customFieldsList": [{"value": 1}]}, FIELD, "customFieldsList[0].key"),
        ({"customFieldsList": [{"key": "nothing__c", "value": 1}]}, FIELD, "customFieldsList[0].key"),
        ({"customFieldsList": [{"key": "samplePicklist__c", "value": "x"}]}, PICKLIST, "customFieldsList[0].value"),
        (
            {"customFieldsList": [{"key": "sampleLocation__c", "value": {"latitude": 91, "longitude": 0}}]},
            RANGE,
            "customFieldsList[0].value",
        ),
        ({"customFieldsList": [{"key": "samplePercentage__c", "value": "17"}]}, PARSER, "customFieldsList[0].value"),
        (
            {"engagementTopics": [{"name": "x", "customFieldsList": [{"key": "sampleDate__c", "value": "soon"}]}]},
            PARSER,
            "engagementTopics[0].customFieldsList[0].value",
        ),
    ],
)
def test_one_bad_value(connect: Connect, values: dict[str, Any], code: str, path: str) -> None:
    assert refused(connect, small(**values)) == [(code, [path])]


def test_unknown_properties_beside_the_interaction(connect: Connect) -> None:
    assert refused(connect, {**small(), "extra": 1}) == [(PARSER, ["extra"])]


def test_an_attendee_wants_a_start_of_its_own(connect: Connect) -> None:
    body = small(engagementAttendees=[{"externalAttendeeId": "x"}, {"externalAttendeeId": "y", "startDateTime": "z"}])
    assert refused(connect, body) == [
        (REQUIRED, ["engagementAttendees[0].startDateTime"]),
        (PARSER, ["engagementAttendees[1].startDateTime"]),
    ]


def test_strict_tenants_refuse_the_placeholders(connect: Connect, tenant: Tenant) -> None:
    type(tenant).objects.filter(pk=tenant.pk).update(reference_checking="strict")
    body = small(initiatingAttendeeId="testattendeeid", contextId="003000000000001AAA", engagementAttendees=[])
    assert refused(connect, body) == [
        ("MALFORMED_ID", ["initiatingAttendeeId"]),
        ("FIELD_INTEGRITY_EXCEPTION", ["contextId"]),
    ]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "nonsense", "text/xml"])
def test_other_media_types(connect: Connect, content_type: str) -> None:
    response = connect.create(json.dumps(small()), PATH, content_type)
    assert (response.status_code, response.json()[0]["errorCode"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "dispatch"])
def test_other_methods_on_the_collection(connect: Connect, method: str) -> None:
    response = connect.http.generic(method.upper(), PATH)
    assert (response.status_code, response.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    assert response["Allow"] == "POST"
