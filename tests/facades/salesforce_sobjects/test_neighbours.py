"""The objects around an engagement read like any other, and only the own tenant's (P-43)."""

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.common.public_ids import salesforce_id
from apps.directory.models import CRM_PREFIXES, CrmRecord
from apps.directory.operations import configure
from apps.objects import registry
from apps.objects.columns import columns_of
from apps.tenants.scope import scope
from tests.builders import make_queue, make_user

BASE = "/services/data/v59.0"


@pytest.fixture
def admin(tenant):
    with scope(tenant):
        return make_user("admin")


@pytest.fixture
def client(admin):
    return Client(headers={"Authorization": f"Bearer {issue_token(admin)}"})


def query(client, text):
    response = client.get(BASE + "/query", {"q": text})
    assert response.status_code == 200, response.content
    return [{name: value for name, value in row.items() if name != "attributes"} for row in response.json()["records"]]


def test_own_organization_alone(client, tenant, other_tenant):
    assert query(client, "SELECT Id, Name, IsSandbox FROM Organization LIMIT 1") == [
        {"Id": tenant.org_id, "Name": tenant.name, "IsSandbox": False}
    ]


def test_own_users_alone(client, admin, other_tenant):
    with scope(other_tenant):
        make_user("stranger")
    admin.first_name, admin.last_name = "Mira", "Okafor"
    admin.save()
    assert query(client, "SELECT Id, Name, Username FROM User") == [
        {"Id": admin.public_id, "Name": "Mira Okafor", "Username": admin.username}
    ]


def test_a_queue_is_a_group_and_says_what_it_may_own(client, tenant):
    with scope(tenant):
        group = make_queue("Support").public_id
    assert query(client, "SELECT Id, Name, Type FROM Group") == [{"Id": group, "Name": "Support", "Type": "Queue"}]
    assert query(client, "SELECT QueueId, SobjectType FROM QueueSobject") == [
        {"QueueId": group, "SobjectType": "VoiceCall"}
    ]


@pytest.mark.parametrize("prefix", CRM_PREFIXES)
def test_a_crm_record_by_either_form_of_its_id(client, tenant, prefix):
    name = CRM_PREFIXES[prefix]
    record_id = salesforce_id(prefix, 1)
    with scope(tenant):
        CrmRecord.objects.create(object_name=name, record_id=record_id[:15], name="Known")
        CrmRecord.objects.create(object_name="Elsewhere", record_id="x", name="Other")
    assert query(client, f"SELECT Id, Name FROM {name}") == [{"Id": record_id[:15], "Name": "Known"}]
    for form in (record_id, record_id[:15]):
        found = client.get(f"{BASE}/sobjects/{name}/{form}").json()
        assert (found["Name"], found["attributes"]["type"]) == ("Known", name)


def test_every_field_of_every_object_can_be_selected(client, tenant):
    with scope(tenant):
        objects = [each for each in registry.every() if "query" in each.calls]
        fields = {each.name: [column.name for column in columns_of(each).values()] for each in objects}
    for name, names in fields.items():
        query(client, f"SELECT {', '.join(names)} FROM {name}")


def test_a_crm_record_is_known_by_its_id_in_full(client, tenant, admin):
    short = salesforce_id("003", 1)[:15]
    with scope(tenant):
        configure(CrmRecord(object_name="Contact", record_id=short, name="Mira"), by=admin)
    assert query(client, "SELECT Id FROM Contact") == [{"Id": salesforce_id("003", 1)}]
