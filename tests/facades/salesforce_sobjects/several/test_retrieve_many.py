"""Records by their ids, many in one call (sobjects 10.4)."""

import json

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.directory.models import CrmRecord
from apps.tenants.scope import scope
from tests.builders import make_live, make_user

PATH = "/services/data/v50.0/composite/sobjects"
CONTACTS = f"{PATH}/EngagementInteraction"


@pytest.fixture
def admin(tenant):
    with scope(tenant):
        return make_user("admin")


@pytest.fixture
def client(admin):
    return Client(headers={"Authorization": f"Bearer {issue_token(admin)}"})


@pytest.fixture
def rows(tenant):
    with scope(tenant):
        return [make_live(subject=f"{number}") for number in range(3)]


def posted(client, ids, fields, path=CONTACTS):
    return client.post(path, json.dumps({"ids": ids, "fields": fields}), content_type="application/json")


def test_records_in_the_order_of_their_ids(client, rows):
    first, second, third = (row.public_id for row in rows)
    wanted = [third, first[:15], "9eI00000000zzzz", "nonsense", "", "0LQ000000000001AAA", second, third]
    names = [rows[2].name, rows[0].name, None, None, None, None, rows[1].name, rows[2].name]
    by_post = posted(client, wanted, ["name", "STATUS"])
    by_get = client.get(f"{CONTACTS}/", {"ids": ",".join(wanted), "fields": "name, STATUS"})
    assert by_post.json() == by_get.json()
    assert [record and record["Name"] for record in by_post.json()] == names
    assert by_post.json()[0] == {
        "attributes": {
            "type": "EngagementInteraction",
            "url": f"/services/data/v50.0/sobjects/EngagementInteraction/{third}",
        },
        "Id": third,
        "Name": rows[2].name,
        "Status": "New",
    }


def test_records_whose_ids_are_the_crms(client, tenant):
    with scope(tenant):
        CrmRecord.objects.create(object_name="Contact", record_id="003000000000001AAA", name="Ada")
        CrmRecord.objects.create(object_name="Lead", record_id="00Q000000000001AAA", name="Bob")
    found = posted(client, ["00Q000000000001AAA", "003000000000001"], ["Name"], f"{PATH}/contact").json()
    assert [record and record["Name"] for record in found] == [None, "Ada"]


def test_what_the_caller_may_not_see_is_null(tenant, other_tenant, rows):
    with scope(tenant):
        rows[0].stage = "ended"
        rows[0].closed_at = rows[0].opened_at
        rows[0].save()
        agent = Client(headers={"Authorization": f"Bearer {issue_token(make_user('agent'))}"})
    with scope(other_tenant):
        stranger = Client(headers={"Authorization": f"Bearer {issue_token(make_user('admin'))}"})
    ids = [row.public_id for row in rows]
    assert [bool(record) for record in posted(agent, ids, ["Id"]).json()] == [False, True, True]
    assert posted(stranger, ids, ["Id"]).json() == [None, None, None]


def test_a_fixed_number_of_queries(client, rows, django_assert_num_queries):
    for ids in ([rows[0].public_id], [*(row.public_id for row in rows), *["9eI00000000zzzz"] * 1997]):
        with django_assert_num_queries(6):  # token, begin, tenant in scope and (in a test) out of it, rows, commit
            assert posted(client, ids, ["Id"]).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "MISSING_ARGUMENT"),
        ([], "MISSING_ARGUMENT"),
        ({"ids": ["x"]}, "MISSING_ARGUMENT"),
        ({"fields": ["Id"]}, "MISSING_ARGUMENT"),
        ({"ids": [], "fields": ["Id"]}, "MISSING_ARGUMENT"),
        ({"ids": "x", "fields": ["Id"]}, "JSON_PARSER_ERROR"),
        ({"ids": [1], "fields": ["Id"]}, "JSON_PARSER_ERROR"),
        ({"ids": ["x"], "fields": [["Id"]]}, "JSON_PARSER_ERROR"),
        ({"ids": ["x"], "fields": ["Nope"]}, "INVALID_FIELD"),
        ({"ids": ["x"] * 2001, "fields": ["Id"]}, "EXCEEDED_ID_LIMIT"),
    ],
)
def test_a_malformed_call(client, body, code):
    response = client.post(CONTACTS, json.dumps(body), content_type="application/json")
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, code)


def test_an_unknown_object(client):
    assert posted(client, ["x"], ["Id"], f"{PATH}/Nope").status_code == 404
    assert client.get(CONTACTS, {"ids": "x" * 17000, "fields": "Id"}).status_code == 414
