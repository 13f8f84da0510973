"""Discovery, records and queries over HTTP, and the tokens that open them."""

from datetime import timedelta

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from apps.accounts.operations import issue_token, register_client
from apps.common import clock
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_live, make_user

BASE = "/services/data/v59.0"
QUERY = "SELECT Id, Status FROM EngagementInteraction WHERE Status = 'New'"


@pytest.fixture
def admin(tenant):
    with scope(tenant):
        return make_user("admin")


@pytest.fixture
def client(admin):
    return Client(headers={"Authorization": f"Bearer {issue_token(admin)}"})


@pytest.fixture
def live(tenant):
    with scope(tenant):
        return make_live()


def code(response):
    return response.status_code, response.json()[0]["errorCode"]


def test_versions_need_no_token(db):
    versions = Client().get("/services/data/").json()
    assert versions[-1] == {"label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"}
    assert next(each["label"] for each in versions if each["version"] == "65.0") == "Winter '26"


@pytest.mark.parametrize("path", ["/query", "/query/"])
def test_query(client, live, path):
    assert client.get(BASE + path, {"q": QUERY}).json() == {
        "totalSize": 1,
        "done": True,
        "records": [
            {
                "attributes": {
                    "type": "EngagementInteraction",
                    "url": f"{BASE}/sobjects/EngagementInteraction/{live.public_id}",
                },
                "Id": live.public_id,
                "Status": "New",
            }
        ],
    }
    counted = client.get(f"{BASE}/query", {"q": "SELECT COUNT() FROM EngagementInteraction"}).json()
    assert counted == {"totalSize": 1, "done": True, "records": []}


def test_query_runs_a_fixed_number_of_statements(client, tenant, django_assert_num_queries):
    with scope(tenant):
        for _ in range(3):
            make_live()
    with django_assert_num_queries(7):  # token, begin, tenant in scope, time limit, rows, (in a test) out of it, commit
        assert len(client.get(f"{BASE}/query", {"q": QUERY}).json()["records"]) == 3


def test_retrieve(client, live):
    path = f"{BASE}/sobjects/engagementINTERACTION/{live.public_id[:15]}"
    record = client.get(path, {"fields": "name,Duration"}).json()
    assert {key: record[key] for key in ("Id", "Name", "Duration")} == {
        "Id": live.public_id,
        "Name": live.name,
        "Duration": None,
    }
    assert client.get(path).json()["CommunicationChannel"] == "Voice Call"


def test_what_is_not_there(client, live):
    objects = f"{BASE}/sobjects"
    assert code(client.get(f"{objects}/EngagementInteraction/nonsense")) == (404, "NOT_FOUND")
    assert code(client.get(f"{objects}/EngagementTopic/{live.public_id}")) == (400, "MALFORMED_ID")
    assert code(client.get(f"{objects}/Nope/{live.public_id}")) == (404, "NOT_FOUND")
    assert code(client.get("/services/data/v19.0/query", {"q": QUERY})) == (404, "NOT_FOUND")
    assert code(client.get(f"{objects}/EngagementInteraction/{live.public_id}?fields=Nope")) == (400, "INVALID_FIELD")
    assert code(client.get(f"{BASE}/query")) == (400, "MALFORMED_QUERY")
    assert code(client.put(f"{BASE}/query")) == (405, "METHOD_NOT_ALLOWED")


def test_a_record_of_another_tenant_is_not_there(client, other_tenant):
    with scope(other_tenant):
        theirs = make_live()
    assert code(client.get(f"{BASE}/sobjects/EngagementInteraction/{theirs.public_id}")) == (404, "NOT_FOUND")
    assert client.get(f"{BASE}/query", {"q": QUERY}).json()["records"] == []


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic eDp5", "Token abc"])
def test_no_token_no_data(db, header):
    response = Client(headers={"Authorization": header}).get(f"{BASE}/query", {"q": QUERY})
    assert code(response) == (401, "INVALID_SESSION_ID")
    assert response["WWW-Authenticate"] == "Token"


def test_an_expired_token_is_refused(client):
    AccessToken.objects.update(expires=clock.now() - timedelta(seconds=1))
    assert code(client.get(f"{BASE}/query", {"q": QUERY})) == (401, "INVALID_SESSION_ID")


def test_a_token_in_use_lives_on(client):
    soon = clock.now() + timedelta(minutes=10)
    AccessToken.objects.update(expires=soon)
    client.get(f"{BASE}/query", {"q": QUERY})
    assert AccessToken.objects.get().expires > soon + timedelta(hours=1)


def test_a_token_without_the_api_scope_opens_nothing(client):
    AccessToken.objects.update(scope="id")
    assert code(client.get(f"{BASE}/query", {"q": QUERY})) == (403, "INSUFFICIENT_ACCESS")


def test_client_credentials_and_password(admin):
    client_id, secret = register_client(admin, "CTI")
    asked = {"client_id": client_id, "client_secret": secret}
    answer = Client().post("/services/oauth2/token", {"grant_type": "client_credentials", **asked})
    assert answer["Cache-Control"] == "no-store"
    token = answer.json()
    assert token["access_token"].startswith(admin.tenant.org_id[:15] + "!")
    assert token["id"].endswith(f"/id/{admin.tenant.org_id}/{admin.public_id}")
    opened = Client(headers={"Authorization": f"Bearer {token['access_token']}"})
    assert opened.get(f"{BASE}/query", {"q": QUERY}).status_code == 200
    named = {"grant_type": "password", "username": admin.username, "password": PASSWORD, **asked}
    assert Client().post("/services/oauth2/token", named).status_code == 200


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"client_id": "nobody"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "magic"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "nobody"}, "invalid_grant"),
    ],
)
def test_a_refused_token(admin, change, expected):
    client_id, secret = register_client(admin, "CTI")
    asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **change}
    answer = Client().post("/services/oauth2/token", asked)
    assert (answer.status_code, answer.json()["error"]) == (400, expected)
