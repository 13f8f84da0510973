"""Several requests in one, `/composite` and `/composite/batch`, over HTTP."""

import json

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.engagements.models import EngagementInteraction
from apps.tenants.scope import scope
from tests.builders import make_live, make_user

BASE = "/services/data/v59.0"
CONNECT = "/services/data/v63.0/connect/service-excellence/engagement-interactions"
QUERY = f"{BASE}/query?q=SELECT Id, Status FROM EngagementInteraction WHERE Id = "


@pytest.fixture
def client(tenant):
    with scope(tenant):
        return Client(headers={"Authorization": f"Bearer {issue_token(make_user('admin'))}"})


@pytest.fixture
def live(tenant):
    with scope(tenant):
        return make_live(at=None)


def contact(**values):
    started = "2025-09-08T09:00:00Z"
    return {
        "engagementInteraction": {
            "startDateTime": started,
            "communicationChannel": "Web Chat",
            "attendeeVerified": False,
            "engagementAttendees": [{"externalAttendeeId": "someone", "startDateTime": started}],
            **values,
        }
    }


def step(reference_id, method, url, **more):
    return {"referenceId": reference_id, "method": method, "url": url, **more}


def composite(client, *steps, version=59, **more):
    body = json.dumps({"compositeRequest": steps, **more})
    return client.post(f"/services/data/v{version}.0/composite", body, content_type="application/json")


def answers(client, *steps, **more):
    response = composite(client, *steps, **more)
    assert response.status_code == 200, response.content
    return response.json()["compositeResponse"]


def batch(client, *steps, **more):
    body = json.dumps({"batchRequests": steps, **more})
    return client.post(f"{BASE}/composite/batch/", body, content_type="application/json")


def codes(answered):
    return [(each["httpStatusCode"], each["body"][0]["errorCode"]) for each in answered]


def recorded(tenant):
    with scope(tenant):
        return EngagementInteraction.objects.count()


def test_what_there_is(client):
    assert client.get(f"{BASE}/composite/").json()["batch"] == f"{BASE}/composite/batch"
    for method in (client.get, client.post):
        assert method(f"{BASE}/composite/graph").json()[0]["errorCode"] == "NOT_FOUND"


def test_a_reference_to_what_was_just_created(client):
    created, found, retrieved = answers(
        client,
        step("new", "POST", CONNECT, body=contact(reason="Tariff")),
        step("found", "GET", QUERY + "'@{new.engagementInteraction.id}'"),
        step("same", "GET", f"{BASE}/sobjects/EngagementInteraction/@{{found.records[0].Id}}?fields=Reason"),
    )
    key = created["body"]["engagementInteraction"]["id"]
    assert (created["httpStatusCode"], created["referenceId"], created["httpHeaders"]) == (201, "new", {})
    assert found["body"]["records"][0]["Id"] == key
    assert (retrieved["body"]["Id"], retrieved["body"]["Reason"]) == (key, "Tariff")


def test_a_reference_within_a_body(client, live):
    _, created = answers(
        client,
        step("a", "GET", f"{BASE}/sobjects/EngagementInteraction/{live.public_id}"),
        step(
            "b",
            "POST",
            CONNECT,
            body=contact(reason="See @{a.Name}, @{a.Status}@{a.EndDateTime}", attendeeVerified="@{a.IsDeleted}"),
        ),
    )
    seen = client.get(f"{CONNECT}/{created['body']['engagementInteraction']['id']}").json()["engagementInteraction"]
    assert (seen["reason"], seen["attendeeVerified"]) == (f"See {live.name}, New", False)


@pytest.mark.parametrize(
    "reference",
    ["later.Id", "itself.Id", "nobody.Id", "a.id", "A.Id", "a.Id.x", "a[0]", "a.Name[0]", "a", "", "a..Id", "a.x[9]"],
)
def test_a_reference_to_nothing(client, live, reference):
    _, failed, after = answers(
        client,
        step("a", "GET", f"{BASE}/sobjects/EngagementInteraction/{live.public_id}?fields=Name"),
        step("itself", "POST", CONNECT, body={"x": [f"@{{{reference}}}"]}),
        step("later", "GET", f"{BASE}/query?q=SELECT COUNT() FROM EngagementInteraction"),
    )
    assert codes([failed]) == [(400, "PROCESSING_HALTED")]
    assert after["httpStatusCode"] == 200


def test_a_reference_to_what_failed(client):
    answered = answers(
        client,
        step("a", "GET", f"{BASE}/sobjects/EngagementInteraction/nonsense"),
        step("b", "GET", f"{BASE}/sobjects/EngagementInteraction/@{{a[0].errorCode}}"),
    )
    assert codes(answered) == [(404, "NOT_FOUND"), (400, "PROCESSING_HALTED")]


@pytest.mark.parametrize(("version", "status"), [(51, 400), (52, 201)])
def test_a_reference_to_an_empty_field(client, live, version, status):
    _, second = answers(
        client,
        step("a", "GET", f"{BASE}/sobjects/EngagementInteraction/{live.public_id}"),
        step("b", "POST", CONNECT, body=contact(endDateTime="@{a.EndDateTime}")),
        version=version,
    )
    assert second["httpStatusCode"] == status


def test_values_cannot_change_the_address(client, tenant):
    with scope(tenant):
        make_live(subject="x")
    identifier = "a/b?c=d&e=f%41 #ü+"
    _, found = answers(
        client,
        step("a", "POST", CONNECT, body=contact(externalIdentifierId=identifier)),
        step("b", "GET", f"{CONNECT}/@{{a.engagementInteraction.id}}"),
    )
    _, again = answers(
        client,
        step("a", "GET", f"{CONNECT}/{found['body']['engagementInteraction']['id']}"),
        step("b", "GET", f"{CONNECT}/@{{a.engagementInteraction.externalIdentifierId}}"),
    )
    assert again["body"] == found["body"]


def test_each_on_its_own_unless_all_or_none(client, tenant):
    steps = [
        step("a", "POST", CONNECT, body=contact()),
        step("b", "POST", CONNECT, body=contact(startDateTime="never")),
        step("c", "POST", CONNECT, body=contact()),
    ]
    assert [each["httpStatusCode"] for each in answers(client, *steps)] == [201, 400, 201]
    assert recorded(tenant) == 2
    halted = (400, "PROCESSING_HALTED")
    assert codes(answers(client, *steps, allOrNone=True)) == [halted, (400, "JSON_PARSER_ERROR"), halted]
    assert recorded(tenant) == 2
    assert [each["httpStatusCode"] for each in answers(client, steps[0], steps[2], allOrNone=True)] == [201, 201]
    assert recorded(tenant) == 4


def test_what_no_content_looks_like(client):
    deleted = answers(
        client,
        step("a", "POST", CONNECT, body=contact()),
        step("b", "DELETE", f"{CONNECT}/@{{a.engagementInteraction.id}}"),
    )[1]
    assert deleted == {"body": None, "httpHeaders": {}, "httpStatusCode": 204, "referenceId": "b"}


@pytest.mark.parametrize("url", ["/healthz", "query", "/admin/", "/services/data/v59.0", f"{BASE}/composite", "@{a.b}"])
def test_what_is_no_subrequest(client, url):
    answered = answers(client, step("b", "GET", url), step("c", "PUT", f"{BASE}/query"))
    assert codes(answered)[0][1] in ("NOT_FOUND", "PROCESSING_HALTED")
    assert codes(answered)[1] == (405, "METHOD_NOT_ALLOWED")


GOOD = step("a", "GET", f"{BASE}/query?q=x")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"compositeRequest": None},
        {"compositeRequest": []},
        {"compositeRequest": {}},
        {"compositeRequest": ["text"]},
        {"compositeRequest": [GOOD], "allOrNone": "maybe"},
        {"compositeRequest": [GOOD], "allOrNone": [1]},
        {"compositeRequest": [GOOD, GOOD]},
        {"compositeRequest": [GOOD | {"referenceId": "a-b"}]},
        {"compositeRequest": [GOOD | {"referenceId": 1}]},
        {"compositeRequest": [GOOD | {"method": "TRACE"}]},
        {"compositeRequest": [GOOD | {"method": None}]},
        {"compositeRequest": [GOOD | {"url": ["x"]}]},
        {"compositeRequest": [GOOD | {"httpHeaders": "x"}]},
        {"compositeRequest": [GOOD | {"httpHeaders": {"X-A": 1}}]},
        {"compositeRequest": [GOOD | {"httpHeaders": {"AUTHORIZATION": "Bearer x"}}]},
        {"compositeRequest": [GOOD | {"httpHeaders": {"content-type": "text/csv"}}]},
        {"compositeRequest": [GOOD | {"httpHeaders": {"Bad name": "x"}}]},
    ],
)
def test_a_malformed_call(client, body):
    response = client.post(f"{BASE}/composite", json.dumps(body), content_type="application/json")
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


@pytest.mark.parametrize("number", [6, 26])  # queries, subrequests
def test_too_many(client, number):
    response = composite(client, *(GOOD | {"referenceId": f"a{each}"} for each in range(number)))
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")


def test_an_older_version_takes_any_reference_id(client):
    assert answers(client, GOOD | {"referenceId": "a-b"}, version=51)[0]["referenceId"] == "a-b"


@pytest.mark.parametrize("depth", [60, 400, 900, 5000])
def test_a_deep_body(client, depth):
    whole = json.dumps({"compositeRequest": [step("a", "POST", CONNECT, body="DEEP")]})
    body = whole.replace('"DEEP"', "[" * depth + "]" * depth)
    response = client.post(f"{BASE}/composite", body, content_type="application/json")
    found = response.json()
    status = found["compositeResponse"][0]["httpStatusCode"] if response.status_code == 200 else response.status_code
    assert status == 400


def test_a_batch_goes_on_or_halts(client, tenant):
    steps = [
        {"method": "POST", "url": CONNECT.removeprefix("/services/data/"), "richInput": contact()},
        {"method": "GET", "url": "v59.0/sobjects/EngagementInteraction/nonsense"},
        {"method": "GET", "url": "v59.0/query?q=SELECT COUNT() FROM EngagementInteraction"},
    ]
    found = batch(client, *steps).json()
    assert found["hasErrors"] is True
    assert [each["statusCode"] for each in found["results"]] == [201, 404, 200]
    assert found["results"][1]["result"][0]["errorCode"] == "NOT_FOUND"
    assert found["results"][2]["result"]["totalSize"] == 1
    found = batch(client, *steps, haltOnError=True).json()
    assert [each["statusCode"] for each in found["results"]] == [201, 404, 412]
    assert found["results"][2]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED"
    assert recorded(tenant) == 2
    assert batch(client, steps[2]).json()["hasErrors"] is False


def test_no_content_in_a_batch(client, tenant):
    key = client.post(CONNECT, json.dumps(contact()), content_type="application/json").json()
    url = f"{CONNECT}/{key['engagementInteraction']['id']}".removeprefix("/services/data/")
    assert batch(client, {"method": "DELETE", "url": url}).json() == {
        "hasErrors": False,
        "results": [{"statusCode": 204, "result": None}],
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "/services/data/v59.0/query"},
        {"url": "/v59.0/query"},
        {"url": "query"},
        {"url": None},
        {"method": "HEAD"},
        {"method": 5},
    ],
)
def test_a_malformed_batch(client, wrong):
    response = batch(client, {"method": "GET", "url": "v59.0/query", **wrong})
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_a_batch_of_too_many(client):
    response = batch(client, *[{"method": "GET", "url": "v59.0/query"}] * 26)
    assert response.json()[0]["errorCode"] == "EXCEEDED_ID_LIMIT"
