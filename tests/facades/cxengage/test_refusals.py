"""Who may not, and what is wrong: X-03 to X-10."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_live, make_user
from tests.facades.cxengage.cast import TENANT_ID
from tests.facades.cxengage.conftest import Get, basic

pytestmark = pytest.mark.django_db
PERMISSION = "INTERACTIONS_API_READ_ALL"


def message(reply: Any) -> Any:
    """The one shape of every error (X-03)."""
    assert set(reply.json()) == {"error"}
    assert isinstance(reply.json()["error"]["message"], str)
    return reply.json()["error"]


def test_nobody_signed_in(in_scope: Tenant, get: Get) -> None:
    reply = get(f"interactions/{uuid4()}", by=None)
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].startswith("Basic")
    assert message(reply)["attribute"] is None


@pytest.mark.parametrize(
    "header",
    ["Basic !!!", "Basic", "Token", "Token forged", "Bearer x", "Basic Og==", "Token WzEsMSwiIl0:1:1", "x" * 9000],
)
def test_what_is_no_sign_in(in_scope: Tenant, header: str) -> None:
    reply = Client().get(f"/v1/tenants/{TENANT_ID}/interactions", headers={"Authorization": header})
    assert reply.status_code == 401
    message(reply)


def test_wrong_password(integration: User) -> None:
    headers = {"Authorization": basic(integration, "wrong")}
    assert Client().get(f"/v1/tenants/{TENANT_ID}/interactions", headers=headers).status_code == 401


@pytest.mark.parametrize("role", ["admin", "supervisor", "integration"])
def test_who_may_read(in_scope: Tenant, get: Get, role: str) -> None:
    interaction = make_live()
    assert get(f"interactions/{interaction.uuid}", by=make_user(role)).status_code == 200


@pytest.mark.parametrize("path", ["interactions", "interactions/{}"])
def test_an_agent_lacks_the_permission(in_scope: Tenant, get: Get, path: str) -> None:
    interaction = make_live()
    reply = get(path.format(interaction.uuid), by=make_user("agent"))
    assert reply.status_code == 403
    assert message(reply)["expectedPermissions"] == [PERMISSION]


def test_another_tenant_and_none_look_alike(in_scope: Tenant, get: Get, other_tenant: Tenant) -> None:
    """X-06: 403 either way, so that ids of tenants cannot be found out."""
    replies = [get("interactions", tenant_id=str(each)) for each in (other_tenant.uuid, uuid4())]
    assert [reply.status_code for reply in replies] == [403, 403]
    assert replies[0].json() == replies[1].json()


def test_an_interaction_of_another_tenant_is_not_there(in_scope: Tenant, get: Get, other_tenant: Tenant) -> None:
    with scope(other_tenant):
        theirs = make_live()
    mine = get(f"interactions/{theirs.uuid}")
    none = get(f"interactions/{uuid4()}")
    assert (mine.status_code, mine.json()) == (404, none.json())
    message(mine)


@pytest.mark.parametrize("path", ["nonsense", "123", "0d6c0a5e7f0f4c4e8f0a6f3e1f9b7a01", "%00", "{0d6c0a5e}"])
def test_a_malformed_id_is_not_there(in_scope: Tenant, get: Get, path: str) -> None:
    """X-07, for either id."""
    assert get(f"interactions/{path}").status_code == 404
    assert get("interactions", tenant_id=path).status_code == 404


def test_a_deleted_interaction_is_not_there(in_scope: Tenant, get: Get) -> None:
    interaction = make_live()
    type(interaction).objects.filter(pk=interaction.pk).update(deleted_at=interaction.opened_at)
    assert get(f"interactions/{interaction.uuid}").status_code == 404
    assert get("interactions").json()["total"] == 0


def test_another_method_is_not_served(in_scope: Tenant, integration: User) -> None:
    path, headers = f"/v1/tenants/{TENANT_ID}/interactions/{uuid4()}", {"Authorization": basic(integration)}
    reply = Client().delete(path, headers=headers)
    assert reply.status_code == 405
    message(reply)


@pytest.mark.parametrize("path", ["", "nothing", "interactions/", "wfm", "queues/1/2/3"])
def test_an_address_that_is_none_is_said_so_in_the_dialects_words(get: Get, path: str) -> None:
    for by in (None, make_user("integration", "another")):
        reply = get(path, by=by)
        assert (reply.status_code, message(reply)["attribute"]) == (404, None)
    reply = Client().post("/v1/nothing", "{", content_type="text/plain")
    assert (reply.status_code, reply.headers["Content-Type"]) == (404, "application/json")


def test_the_request_itself_finds_its_tenant(tenant: Tenant) -> None:
    """Nothing but signing in puts a request into a tenant's scope."""
    with scope(tenant):
        interaction, reader = make_live(), make_user("integration")
    client = Client(headers={"Authorization": basic(reader)})
    path = f"/v1/tenants/{tenant.uuid}/interactions"
    assert client.get(f"{path}/{interaction.uuid}").json()["interactionId"] == str(interaction.uuid)
    assert client.get(path).json()["total"] == 1
    assert client.get(f"{path}/{uuid4()}").status_code == 404


class TestTokens:
    def ask(self, body: Any, **kwargs: Any) -> Any:
        return Client().post("/v1/tokens", body, content_type="application/json", **kwargs)

    def test_a_token_signs_in(self, integration: User, get: Get) -> None:
        body = {"username": integration.username, "password": PASSWORD, "ttl": 60, "tenantId": TENANT_ID}
        token = self.ask(body).json()["token"]
        headers = {"Authorization": f"Token {token}"}
        assert Client().get(f"/v1/tenants/{TENANT_ID}/interactions", headers=headers).status_code == 200

    @pytest.mark.parametrize("said", ["text/plain", "application/x-www-form-urlencoded", ""])
    def test_a_body_is_json_whatever_it_is_called(self, integration: User, said: str) -> None:
        body = json.dumps({"username": integration.username, "password": PASSWORD})
        assert Client().post("/v1/tokens", body, content_type=said).json()["token"]
        reply = Client().post("/v1/tokens", "username=x", content_type=said)
        assert (reply.status_code, message(reply)["attribute"]) == (400, None)

    def test_a_new_password_ends_it(self, integration: User) -> None:
        token = self.ask({"username": integration.username, "password": PASSWORD}).json()["token"]
        integration.set_password("quite another one")
        integration.save()
        headers = {"Authorization": f"Token {token}"}
        assert Client().get(f"/v1/tenants/{TENANT_ID}/interactions", headers=headers).status_code == 401

    @pytest.mark.parametrize(
        "changed", [{"password": "wrong"}, {"username": "nobody"}, {"tenantId": str(uuid4())}, {"username": "\ud800"}]
    )
    def test_refused(self, integration: User, changed: dict[str, Any]) -> None:
        reply = self.ask({"username": integration.username, "password": PASSWORD, **changed})
        assert reply.status_code == 401
        message(reply)

    @pytest.mark.parametrize(
        ("changed", "named"),
        [
            ({"username": 5}, "username"),
            ({"password": None}, "password"),
            ({"ttl": 0}, "ttl"),
            ({"ttl": 86_401}, "ttl"),
            ({"ttl": "60"}, "ttl"),
            ({"ttl": True}, "ttl"),
            ({"tenantId": 5}, "tenantId"),
        ],
    )
    def test_malformed(self, integration: User, changed: dict[str, Any], named: str) -> None:
        reply = self.ask({"username": integration.username, "password": PASSWORD, **changed})
        assert reply.status_code == 400
        assert set(message(reply)["attribute"]) == {named}

    @pytest.mark.parametrize("body", ["{", "[]", "5", "", "[" * 100_000, '{"ttl": NaN}'])
    def test_not_an_object(self, integration: User, body: str) -> None:
        reply = self.ask(body)
        assert reply.status_code == 400
        message(reply)
