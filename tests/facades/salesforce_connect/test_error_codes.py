"""One request for each code that the contract documents (engagement 8.2)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from oauth2_provider.models import AccessToken

from apps.accounts.operations import issue_token
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_live, make_user
from tests.facades.salesforce_connect.conftest import PATH, Connect, small

Request = Callable[[Connect, Tenant], Any]
LATE = "2025-09-08T10:00:00Z"


def creating(**values: Any) -> Request:
    return lambda connect, tenant: connect.create(small(**values))


def a_second_one(connect: Connect, tenant: Tenant) -> Any:
    connect.created(externalIdentifierId="pbx-1")
    return connect.create(small(externalIdentifierId="pbx-1"))


def nothing_left_today(connect: Connect, tenant: Tenant) -> Any:
    Tenant.objects.filter(pk=tenant.pk).update(daily_api_requests=0)
    return connect.fetch("x")


def anothers_live_contact(connect: Connect, tenant: Tenant) -> Any:
    with scope(tenant):
        agent, live = Connect(issue_token(make_user("agent"))), make_live()
    return agent.delete(live.public_id)


def a_token_for_something_else(connect: Connect, tenant: Tenant) -> Any:
    AccessToken.objects.update(scope="id")
    return connect.fetch("x")


def strictly(**values: Any) -> Request:
    def request(connect: Connect, tenant: Tenant) -> Any:
        Tenant.objects.filter(pk=tenant.pk).update(reference_checking="strict")
        return connect.create(small(engagementAttendees=[], **values))

    return request


def failing_with(error: Exception) -> Request:
    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("insert"):
            raise error
        return execute(sql, params, many, context)

    def request(connect: Connect, tenant: Tenant) -> Any:
        with connection.execute_wrapper(fail):
            return connect.create(small())

    return request


CODES: list[tuple[int, str, Request]] = [
    (400, "JSON_PARSER_ERROR", creating(startDateTime="soon")),
    (400, "REQUIRED_FIELD_MISSING", creating(communicationChannel=None)),
    (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", creating(type="Sideways")),
    (400, "MALFORMED_ID", strictly(contextId="words")),
    (400, "INVALID_ID_FIELD", lambda connect, tenant: connect.fetch("9eA000000000001")),
    (400, "FIELD_INTEGRITY_EXCEPTION", creating(startDateTime=LATE, endDateTime="2025-09-08T09:00:00Z")),
    (400, "INVALID_CROSS_REFERENCE_KEY", strictly(contextId="08p000000000001")),
    (400, "STRING_TOO_LONG", creating(reason="x" * 766)),
    (400, "DUPLICATE_VALUE", a_second_one),
    (400, "INVALID_FIELD", creating(customFieldsList=[{"key": "nothing__c", "value": 1}])),
    (
        400,
        "NUMBER_OUTSIDE_VALID_RANGE",
        creating(customFieldsList=[{"key": "sampleLocation__c", "value": {"latitude": 0, "longitude": 181}}]),
    ),
    (401, "INVALID_SESSION_ID", lambda connect, tenant: Client().get(f"{PATH}/x")),
    (403, "INSUFFICIENT_ACCESS", anothers_live_contact),
    (403, "INSUFFICIENT_ACCESS", a_token_for_something_else),
    (403, "REQUEST_LIMIT_EXCEEDED", nothing_left_today),
    (404, "NOT_FOUND", lambda connect, tenant: connect.fetch("x")),
    (404, "NOT_FOUND", lambda connect, tenant: connect.http.get(PATH.replace("67", "68") + "/x")),
    (405, "METHOD_NOT_ALLOWED", lambda connect, tenant: connect.http.put(PATH)),
    (415, "UNSUPPORTED_MEDIA_TYPE", lambda connect, tenant: connect.create(small(), content_type="text/csv")),
    (500, "UNKNOWN_EXCEPTION", failing_with(RuntimeError("a secret of ours"))),
    (503, "SERVER_UNAVAILABLE", failing_with(OperationalError("connection to server at 10.0.0.7 failed"))),
]


@pytest.mark.parametrize(("status", "code", "request_"), CODES)
def test_every_code(connect: Connect, tenant: Tenant, status: int, code: str, request_: Request) -> None:
    response = request_(connect, tenant)
    assert (response.status_code, [error["errorCode"] for error in response.json()]) == (status, [code])
    assert response["Content-Type"] == "application/json;charset=UTF-8"
    assert response.json()[0]["message"]
    assert "secret" not in response.content.decode()
    assert "10.0.0.7" not in response.content.decode()


def test_a_taken_identifier_is_told_with_the_rest_in_its_order(connect: Connect) -> None:
    connect.created(externalIdentifierId="pbx-1")
    body = small(externalIdentifierId=" pbx-1", sentiment="Furious", engagementTopics=[{}])
    assert [(error["errorCode"], error["fields"]) for error in connect.create(body).json()] == [
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["sentiment"]),
        ("DUPLICATE_VALUE", ["externalIdentifierId"]),
        ("REQUIRED_FIELD_MISSING", ["engagementTopics[0].name"]),
    ]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(json.dumps(small()), "application/json"), (b"<x", "application/xml"), (b"{", "application/json")],
)
def test_a_database_that_is_away(connect: Connect, body: Any, content_type: str) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("no route to host")

    with connection.execute_wrapper(away):
        response = connect.create(body, content_type=content_type)
    assert (response.status_code, response.json()[0]["errorCode"]) == (503, "SERVER_UNAVAILABLE")
