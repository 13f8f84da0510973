"""Queries and paths that nobody sends by accident: refused in the dialect's words, never an error of ours."""

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.facades.salesforce_sobjects.soql import Query, QueryError
from apps.tenants.scope import scope
from tests.builders import make_user

BASE = "/services/data/v59.0"
WHERE = "SELECT Id FROM EngagementInteraction WHERE "
REFUSED = [
    "",
    "\x00",
    "'",
    "SELECT",
    WHERE + "NOT " * 5000 + "Id = null",
    WHERE + "Status = '\\ud800'",
    WHERE + "Status = '\\u0000'",
    WHERE + "Status LIKE '\\u0000%'",
    WHERE + "StartDateTime > 9999-12-31T23:59:59-12:00",
    WHERE + "StartDateTime > 0001-01-01T00:00:00+14:00",
    WHERE + "StartDateTime > 2024-02-30T00:00:00Z",
    WHERE + "Status = 'x' AND Type = 'y' OR Type = 'z'",
    WHERE + "tenant = 1",
    "SELECT Id FROM User; SELECT Id FROM User",
    "SELECT tenant_id FROM EngagementInteraction",
    "SELECT Id FROM EngagementInteraction LIMIT " + "9" * 5000,
    "SELECT Id FROM EngagementInteraction OFFSET " + "9" * 5000,
    "SELECT Id FROM accounts_user",
    "SELECT " + "f(" * 9000 + "x" + ")" * 9000 + " FROM User",
    "SELECT " + "a." * 49_000 + "b FROM User",
    "SELECT " + ", ".join(["COUNT(Id)"] * 9000) + " FROM User",
    "SELECT Id FROM User ORDER BY " + ", ".join(["Name"] * 33),
    "SELECT COUNT(Id) FROM User GROUP BY " + ", ".join(["Name"] * 33),
    WHERE + " OR ".join(f"Owner.Name LIKE '{number}'" for number in range(201)),
    WHERE + "Status INCLUDES (" + ", ".join(["'x'"] * 51) + ")",
    WHERE + "a IN " + "(SELECT Id FROM User WHERE a IN " * 2000 + "('x')" + ")" * 2000,
    "SELECT Id" + ", (SELECT Id" * 2000 + " FROM EngagementTopics)" * 2000 + " FROM EngagementInteraction",
    WHERE + "Reason = '' OR 1 = 1",
    WHERE + "Reason = ''; DROP TABLE accounts_user; --'",
    WHERE + "Reason = 'x' UNION SELECT Id FROM User",
    WHERE + "Reason = pg_sleep(10)",
    WHERE + "Reason = 'x' /* */",
]
ANSWERED = [
    WHERE + "(" * 5000 + "Id = null" + ")" * 5000,
    WHERE + " AND ".join(["Status = 'x'"] * 3000),
    WHERE + "Status IN (" + ", ".join(["'x'"] * 3000) + ")",
    WHERE + "Status LIKE '" + "%a" * 3000 + "'",
    WHERE + "Status LIKE '" + "%" * 3000 + "'",
    WHERE + "(" * 10_000 + "Id = null" + ")" * 10_000,
    WHERE + "Reason = '" + "x" * 99_900 + "'",
    WHERE + " OR ".join(["Owner.CreatedBy.Name = 'x'"] * 3000),
    WHERE + " OR ".join(f"Reason LIKE '{number}%'" for number in range(1000)),
    WHERE + "Id IN (" + ", ".join(["'9eI000000000001'"] * 5000) + ")",
    WHERE + "StartDateTime IN (" + ", ".join(["TODAY"] * 5000) + ")",
    WHERE + "Reason = 'x\\'; DROP TABLE accounts_user; --'",
    WHERE + "Reason = '%(x)s %s {0} \\\\'",
]


@pytest.fixture
def client(tenant):
    with scope(tenant):
        user = make_user("agent")
    return Client(headers={"Authorization": f"Bearer {issue_token(user)}"})


@pytest.mark.parametrize("query", REFUSED)
def test_refused(client, query):
    response = client.get(f"{BASE}/query", {"q": query})
    if response.status_code == 414:  # longer than an address may be
        return
    assert response.status_code == 400
    assert response.json()[0]["errorCode"] in ("MALFORMED_QUERY", "INVALID_FIELD", "INVALID_TYPE")


@pytest.mark.usefixtures("in_scope")
@pytest.mark.parametrize("query", REFUSED)
def test_refused_where_a_body_carried_it(query):
    with pytest.raises(QueryError):
        Query(query, by=make_user("agent"))


@pytest.mark.parametrize("query", ANSWERED)
def test_answered(client, query):
    response = client.get(f"{BASE}/query", {"q": query})
    if response.status_code != 414:  # longer than an address may be: other resources carry such a text in a body
        assert response.json()["totalSize"] == 0


@pytest.mark.usefixtures("in_scope")
@pytest.mark.parametrize("query", ANSWERED)
def test_answered_where_a_body_carried_it(query):
    assert Query(query, by=make_user("agent")).page().records == []


@pytest.mark.parametrize(
    "path",
    [
        f"/services/data/v{'9' * 5000}.0",
        "/services/data/v٣٤.0",
        "/services/data/nothing",
        f"{BASE}/nothing/here",
        f"{BASE}/sobjects/EngagementInteraction/{'9' * 3000}",
        f"{BASE}/sobjects/Nothing/9eI000000000001",
    ],
)
def test_paths_that_lead_nowhere(client, path):
    response = client.get(path)
    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert Client().get(path).status_code == 401


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grant_type": "password", "client_id": "\x00"},
        {"grant_type": "password", "client_id": "x", "username": "\x00", "password": "x"},
    ],
)
def test_token_requests(db, form):
    response = Client().post("/services/oauth2/token", form)
    assert response.status_code == 400
    assert response.json()["error"] in ("invalid_client_id", "invalid_request")
