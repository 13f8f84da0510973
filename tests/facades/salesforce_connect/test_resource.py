"""Finding, deleting, and who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_tenant, make_user, ready
from tests.facades.salesforce_connect.conftest import PATH, Connect, small


def outcome(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()[0]["errorCode"]


def test_delete_takes_it_away_once(connect: Connect) -> None:
    identifier = connect.created()
    response = connect.delete(identifier)
    assert (response.status_code, response.content) == (204, b"")
    for again in (connect.delete(identifier), connect.fetch(identifier)):
        assert again.status_code == 404
        assert again.json() == [
            {"errorCode": "NOT_FOUND", "message": "The requested engagement interaction was not found."}
        ]


def test_a_live_contact_is_closed_when_it_is_deleted(connect: Connect, tenant: Tenant) -> None:
    with scope(tenant):
        live = make_live(make_queue(members=[ready(make_agent())]))
    assert connect.delete(live.public_id).status_code == 204
    with scope(tenant):
        assert EngagementInteraction.with_deleted.get(pk=live.pk).stage == "ended"


@pytest.mark.parametrize("ending", ["", "/", ".json", ".json/"])
def test_it_is_found_by_either_id_and_by_the_external_identifier(connect: Connect, ending: str) -> None:
    identifier = connect.created(externalIdentifierId="pbx/7.1")
    for name in (identifier, identifier[:15], "pbx/7.1", "pbx%2F7.1"):
        response = connect.fetch(name + ending)
        assert response.json()["engagementInteraction"]["id"] == identifier


def test_an_external_identifier_is_used_once(connect: Connect) -> None:
    connect.created(externalIdentifierId="pbx-1")
    response = connect.create(small(externalIdentifierId="pbx-1"))
    assert outcome(response) == (400, "DUPLICATE_VALUE")
    assert response.json()[0]["fields"] == ["externalIdentifierId"]


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("9eI000000zzzzzzAAA", (404, "NOT_FOUND")),
        ("9eIzzzzzzzzzzzz", (404, "NOT_FOUND")),
        ("nothing", (404, "NOT_FOUND")),
        ("a%00b", (404, "NOT_FOUND")),
        ("x" * 3000, (404, "NOT_FOUND")),
        ("9eA000000000001", (400, "INVALID_ID_FIELD")),
        ("001000000000001AAA", (400, "INVALID_ID_FIELD")),
        ("001000000000001AAB", (404, "NOT_FOUND")),
        ("abcdefghijklmno", (404, "NOT_FOUND")),
    ],
)
def test_ids_that_lead_nowhere(connect: Connect, identifier: str, expected: tuple[int, str]) -> None:
    assert outcome(connect.fetch(identifier)) == expected


def test_another_tenants_interaction_is_not_there(connect: Connect) -> None:
    elsewhere = make_tenant("Elsewhere")
    with scope(elsewhere):
        stranger = Connect(issue_token(make_user("admin")))
    identifier = stranger.created(externalIdentifierId="pbx-1")
    assert outcome(connect.fetch(identifier)) == (404, "NOT_FOUND")
    assert outcome(connect.delete(identifier)) == (404, "NOT_FOUND")
    assert outcome(connect.fetch("pbx-1")) == (404, "NOT_FOUND")
    assert connect.created(externalIdentifierId="pbx-1") != identifier
    assert stranger.fetch(identifier).status_code == 200


def test_an_owner_from_another_tenant_does_not_exist(connect: Connect) -> None:
    with scope(make_tenant("Elsewhere")):
        stranger = make_user("agent")
    body = small(engagementTopics=[{"name": "x", "ownerId": stranger.public_id}])
    assert outcome(connect.create(body)) == (400, "INVALID_CROSS_REFERENCE_KEY")


def test_an_agent_sees_and_deletes_what_is_the_agents_own(connect: Connect, tenant: Tenant, user: User) -> None:
    with scope(tenant):
        agent = Connect(issue_token(make_user("agent")))
        live = make_live()
    assert outcome(agent.fetch(connect.created())) == (404, "NOT_FOUND")
    assert agent.fetch(live.public_id).status_code == 200
    assert outcome(agent.delete(live.public_id)) == (403, "INSUFFICIENT_ACCESS")
    assert agent.delete(agent.created()).status_code == 204


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer \x00", "OAuth ", "Bearer é"]
)
def test_no_entry_without_a_token(user: User, header: str | None) -> None:
    client = Client(headers={} if header is None else {"Authorization": header})
    for response in (client.get(f"{PATH}/x"), client.post(PATH, b"{", content_type="application/json")):
        assert outcome(response) == (401, "INVALID_SESSION_ID")
        assert response["WWW-Authenticate"] == "Token"


def test_expired_tokens_and_people_who_left(user: User, connect: Connect) -> None:
    assert Client(headers={"Authorization": f"OAuth {issue_token(user)}"}).get(f"{PATH}/x").status_code == 404
    AccessToken.objects.update(expires=clock.now() - timedelta(seconds=1))
    assert outcome(connect.fetch("x")) == (401, "INVALID_SESSION_ID")
    late = Connect(issue_token(user))
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert outcome(late.fetch("x")) == (401, "INVALID_SESSION_ID")


@pytest.mark.parametrize("method", ["post", "put", "patch", "options", "trace"])
def test_other_methods_on_one_interaction(connect: Connect, method: str) -> None:
    response = connect.http.generic(method.upper(), f"{PATH}/x")
    assert outcome(response) == (405, "METHOD_NOT_ALLOWED")
    assert response["Allow"] == "GET, HEAD, DELETE"


def test_head_and_filter_group(connect: Connect) -> None:
    path = f"{PATH}/{connect.created()}"
    assert connect.http.get(path, {"filterGroup": "Big"}).status_code == 200
    assert connect.http.head(path).content == b""
