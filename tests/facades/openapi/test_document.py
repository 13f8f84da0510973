"""The OpenAPI document: nothing forgotten, everything out of the declarations."""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft4Validator

from apps.accounts.operations import issue_token
from apps.facades.openapi.operations import OPERATIONS
from apps.facades.salesforce_connect.urls import urlpatterns as connect_urls
from apps.facades.salesforce_sobjects.urls import urlpatterns as object_urls
from apps.objects import operations, registry
from apps.tenants.scope import scope
from tests.builders import make_user

BASE = "/services/data/v67.0"


@pytest.fixture
def client(tenant: Any) -> Client:
    with scope(tenant):
        return Client(headers={"Authorization": f"Bearer {issue_token(make_user('admin'))}"})


def test_every_method_of_every_view_is_described() -> None:
    views = {pattern.callback.cls for pattern in [*connect_urls, *object_urls]}
    defined = {
        (view.__name__, method.upper())
        for view in views
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method) and view.__name__ != "NothingView"
    }
    told = {(view, method) for view, methods in OPERATIONS.items() for method in methods}
    assert defined - told == {("RecordView", "POST")}  # `/sobjects/X/Id`, a create that stands at `/sobjects/X` already
    assert told - defined == set()


def test_the_document(client: Client) -> None:
    document = client.get("/services/openapi").json()
    assert document["openapi"].startswith("3.0")
    paths = document["paths"]
    create = paths[f"{BASE}/sobjects/EngagementInteraction"]["post"]
    assert {"201", "400", "401", "403", "415"} <= set(create["responses"])
    schema = create["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/EngagementInteractionCreate"}
    schemas = document["components"]["schemas"]
    taken = schemas["EngagementInteractionCreate"]["properties"]
    assert taken["Status"]["enum"] == ["New", "In Progress", "Completed", None]
    assert taken["Reason"]["maxLength"] == 765
    assert "MappedState" not in taken
    assert "MappedState" in schemas["EngagementInteraction"]["properties"]
    assert "StartDateTime" not in schemas["VoiceCallUpdate"]["properties"]
    assert f"{BASE}/sobjects/VoiceCall/{{id}}/undelete" not in paths
    connect = schemas["ConnectEngagementInteraction"]["properties"]
    assert "Inbound Interaction" in connect["type"]["enum"]
    for path in (f"{BASE}/query", f"{BASE}/search", f"{BASE}/composite", "/services/oauth2/token"):
        assert path in paths
    identifiers = [each["operationId"] for methods in paths.values() for each in methods.values()]
    assert len(identifiers) == len(set(identifiers))


def test_every_reference_leads_somewhere(client: Client) -> None:
    document = client.get("/services/openapi").json()
    schemas = document["components"]["schemas"]
    assert {ref.rpartition("/")[2] for ref in _references(document)} <= set(schemas)
    assert {each.name for each in registry.every()} <= set(schemas)
    for schema in schemas.values():
        Draft4Validator.check_schema(schema)


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [each for value in part.values() for each in _references(value)]
    return [each for value in part for each in _references(value)] if isinstance(part, list) else []


def test_custom_fields_are_the_tenants_own(client: Client, tenant: Any) -> None:
    def fields() -> Any:
        document = client.get("/services/openapi/").json()
        return document["components"]["schemas"]["EngagementTopicCreate"]["properties"]

    assert "Weight__c" not in fields()
    with scope(tenant):
        operations.define_custom_field("EngagementTopic", "Weight__c", "double", precision=5, scale=1)
    assert fields()["Weight__c"] == {"type": "number", "nullable": True, "title": "Weight"}


def test_it_is_for_who_is_signed_in(db: None) -> None:
    assert Client().get("/services/openapi").status_code == 401
