"""What holds for every resource of the object API: addresses, headers, methods (sobjects 2)."""

import json

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.tenants.scope import scope
from tests.builders import make_live, make_user

BASE = "/services/data/v59.0"
COUNT = "SELECT COUNT() FROM EngagementInteraction"


@pytest.fixture
def token(tenant):
    with scope(tenant):
        return issue_token(make_user("admin"))


@pytest.fixture
def client(token):
    return Client(headers={"Authorization": f"Bearer {token}"})


def code(response):
    return response.status_code, response.json()[0]["errorCode"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "OAuth", "OAUTH"])
def test_scheme_words(token, scheme):
    answer = Client(headers={"Authorization": f"{scheme} {token}"}).get(f"{BASE}/query", {"q": COUNT})
    assert answer.status_code == 200


def test_content_type_and_caching(client):
    for answer in (client.get(f"{BASE}/query", {"q": COUNT}), client.get(f"{BASE}/query"), client.get(f"{BASE}/no")):
        assert answer["Content-Type"] == "application/json;charset=UTF-8"
        assert answer["Cache-Control"] == "no-cache, must-revalidate, no-store"


def test_pretty_print(client):
    plain, pretty = (client.get(f"{BASE}/query?q={COUNT}", headers={"X-PrettyPrint": each}) for each in ("0", "1"))
    assert plain.content == b'{"totalSize":0,"done":true,"records":[]}'
    assert pretty.content.splitlines()[1] == b'  "totalSize": 0,'
    assert plain.json() == pretty.json()


@pytest.mark.parametrize("path", ["/query", "/query/", "", "/"])
def test_neither_slash_redirects(client, path):
    assert client.get(BASE + path, {"q": COUNT}).status_code == 200


@pytest.mark.parametrize(
    ("length", "headers", "status"),
    [(15_000, {}, 200), (17_000, {}, 414), (9_000, {"X-Filler": "x" * 8_000}, 431)],
)
def test_too_long(client, length, headers, status):
    answer = client.get(f"{BASE}/query", {"q": COUNT + " " * (length - 100)}, headers=headers)
    assert answer.status_code == status
    assert status == 200 or code(answer) == (status, "REQUEST_TOO_LONG")


@pytest.mark.parametrize("method", ["put", "post", "patch", "delete", "options", "trace"])
def test_wrong_method(client, method):
    answer = getattr(client, method)(f"{BASE}/query")
    assert (*code(answer), answer["Allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, HEAD")
    expected = f"HTTP Method '{method.upper()}' not allowed. Allowed are GET,HEAD"
    assert answer.json()[0]["message"] == expected


@pytest.mark.parametrize("named", ["PATCH", "patch", "DELETE"])
def test_a_post_stands_for_another_method(client, named):
    answer = client.post(f"{BASE}/query?_HttpMethod={named}")
    assert answer.json()[0]["message"].startswith(f"HTTP Method '{named.upper()}'")


@pytest.mark.parametrize("named", ["GET", "PUT", "nonsense"])
def test_a_post_stands_for_no_other(client, named):
    answer = client.post(f"{BASE}/query?_HttpMethod={named}", headers={"X-HTTP-Method-Override": "GET"})
    assert answer.json()[0]["message"].startswith("HTTP Method 'POST'")


def test_a_delete_in_disguise_is_one(client, tenant):
    with scope(tenant):
        live = make_live()
    path = f"{BASE.replace('59', '67')}/connect/service-excellence/engagement-interactions/{live.public_id}"
    assert client.post(f"{path}?_HttpMethod=DELETE").status_code == 204
    assert client.get(path).status_code == 404


def test_head_is_a_get_without_its_body(client):
    answer = client.head(f"{BASE}/query", {"q": COUNT})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"])
def test_other_bodies(client, content_type):
    path = "/services/data/v67.0/connect/service-excellence/engagement-interactions"
    assert code(client.post(path, json.dumps({}), content_type=content_type)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("version", ["19.0", "68.0", "59.5", "59"])
def test_versions_that_are_not_served(client, version):
    assert code(client.get(f"/services/data/v{version}/query", {"q": COUNT})) == (404, "NOT_FOUND")


def used(answer):
    return int(answer["Sforce-Limit-Info"].removeprefix("api-usage=").removesuffix("/5000000"))


def test_every_answer_says_what_is_used(client, db):
    first = used(client.get(f"{BASE}/query", {"q": COUNT}))
    connect = "/services/data/v67.0/connect/service-excellence/engagement-interactions/nonsense"
    paths = (BASE, f"{BASE}/query", f"{BASE}/nonsense", "/services/data/v5.0", connect)
    assert [used(client.get(path)) for path in paths] == [first + 1, first + 2, first + 3, first + 4, first + 5]
    assert "Sforce-Limit-Info" not in client.get("/services/data")
    assert "Sforce-Limit-Info" not in Client().get(BASE)


def test_a_tenant_that_has_used_all(client, tenant):
    client.get(BASE)
    type(tenant).objects.update(daily_api_requests=1)
    refused = client.get(BASE)
    assert code(refused) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert refused["Sforce-Limit-Info"] == "api-usage=1/1"
