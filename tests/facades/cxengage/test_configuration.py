"""Configuration entities: each is listed, made, changed and found again, by who may (cxengage 2.1, 2.2, 11.3)."""

import base64
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import UserRole
from apps.accounts.roles import Role
from apps.agents.models import Agent, AgentSkill, NotReadyReason, Skill, Team
from apps.common import clock
from apps.queues.models import Queue, SlaVersion
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_queue, make_user, ready
from tests.facades.cxengage.cast import TENANT_ID
from tests.facades.cxengage.conftest import basic

pytestmark = pytest.mark.django_db
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
COMMON = {"id", "tenantId", "created", "createdBy", "updated", "updatedBy", "active", "name", "description"}

Call = Callable[..., Any]

# What is sent, the keys beyond the common ones, what is changed, and the permission that reading takes.
ENTITIES: dict[str, tuple[dict[str, Any] | None, set[str], dict[str, Any], str]] = {
    "queues": ({"name": "Claims"}, {"activeVersion"}, {"description": "For claims"}, "VIEW_ALL_QUEUES"),
    "slas": (
        {"name": "Fast", "activeSla": {"slaThreshold": 30, "abandonType": "count-against-sla", "abandonThreshold": 5}},
        {"shared", "activeVersion", "activeSla"}, {"shared": True}, "CUSTOM_STATS_READ",
    ),
    "skills": ({"name": "French", "hasProficiency": False}, {"hasProficiency"}, {"name": "German"}, "VIEW_ALL_SKILLS"),
    "groups": ({"name": "North"}, set(), {"active": False}, "VIEW_ALL_GROUPS"),
    "dispositions": (
        {"name": "Sold", "externalId": "D-1"}, {"externalId", "shared"}, {"externalId": "D-2"}, "READ_DISPOSITIONS",
    ),
    "disposition-lists": ({"name": "Sales"}, {"dispositions", "shared"}, {"name": "Sale"}, "READ_DISPOSITION_LIST"),
    "reasons": ({"name": "Tea"}, {"externalId", "shared"}, {"shared": True}, "READ_PRESENCE_REASONS"),
    "reason-lists": ({"name": "Breaks"}, {"reasons", "isDefault"}, {"isDefault": True}, "READ_REASON_LIST"),
    "flows": ({"name": "Main"}, set(), {"description": "All"}, "VIEW_ALL_FLOWS"),
    "transfer-lists": ({"name": "Desk", "endpoints": [{"name": "x"}]}, {"endpoints"}, {"endpoints": []},
                       "VIEW_ALL_TRANSFER_LISTS"),
    "business-hours": (
        {"name": "Office", "timezone": "Europe/London"}, {"timezone", "monStartTimeMinutes"},
        {"timezone": "Europe/Berlin"}, "VIEW_ALL_BUSINESS_HOURS",
    ),
    "outbound-identifiers": (
        {"name": "Main line", "value": "+442071838750", "channelType": "voice"}, {"value", "channelType"},
        {"value": "+442071838751"}, "VIEW_ALL_OUTBOUND_IDENTIFIERS",
    ),
    "outbound-identifier-lists": ({"name": "Ours"}, {"members"}, {"active": False}, "VIEW_ALL_OUTBOUND_IDENTIFIERS"),
    "dispatch-mappings": ({"name": "Front"}, {"flowId"}, {"active": False}, "VIEW_ALL_FLOWS"),
    "message-templates": ({"name": "Hello", "template": "Hi"}, {"template"}, {"template": "Hey"},
                          "VIEW_ALL_MESSAGE_TEMPLATES"),
    "contacts": ({"name": "Jane Roe", "phone": "+442079460123"}, {"attributes"}, {"name": "Jane Poe"}, "CONTACTS_READ"),
    "roles": ({"name": "Auditor", "permissions": ["NOTES_READ_ALL"]}, {"permissions"}, {"permissions": []},
              "VIEW_ALL_ROLES"),
    "dashboards": ({"name": "Wall"}, {"widgets"}, {"widgets": [{"x": 1}]}, "VIEW_ALL_REALTIME_DASHBOARDS"),
    "integrations": (None, set(), {}, "VIEW_ALL_INTEGRATIONS"),
}  # fmt: skip


@pytest.fixture
def call(in_scope: Tenant) -> Call:
    admin = make_user(Role.ADMIN, "ramona")

    def send(path: str, body: Any = None, *, method: str = "", by: str = "", tenant_id: str = TENANT_ID) -> Any:
        headers = {"Authorization": by or basic(admin)}
        way = method or ("get" if body is None else "post")
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(), way)(f"/v1/tenants/{tenant_id}/{path}", headers=headers, **sent)

    return send


def result(reply: Any, status: int = 200) -> Any:
    assert reply.status_code == status, reply.content
    return reply.json()["result"]


def test_every_entity(call: Call) -> None:
    agent = basic(make_user(Role.AGENT))
    for path, (sent, keys, changed, permission) in ENTITIES.items():
        if sent is None:
            assert isinstance(result(call(path)), list)
            assert call(path, {"name": "x"}).status_code == 405
            continue
        made = result(call(path, sent), 201)
        assert COMMON | keys <= set(made), path
        assert made["tenantId"] == TENANT_ID
        assert all(_SECOND.fullmatch(made[key]) for key in ("created", "updated")), path
        told = {key: made.get(key) for key in sent if key in made and not isinstance(sent[key], dict)}
        assert told == {key: sent[key] for key in told}, path
        assert result(call(f"{path}/{made['id']}")) == made, path
        assert made in result(call(path)), path
        after = result(call(f"{path}/{made['id']}", changed, method="put"))
        assert {key: after[key] for key in changed} == changed, path
        assert {key: after[key] for key in ("id", "created")} == {key: made[key] for key in ("id", "created")}, path

        assert call(f"{path}/{uuid4()}").status_code == 404, path
        assert call(f"{path}/nonsense").status_code == 404, path
        assert call(path, tenant_id=str(uuid4())).status_code == 403, path
        missing = call(path, {"description": "nameless"})
        assert (missing.status_code, set(missing.json()["error"]["attribute"])) == (400, {"name"}), path
        assert call(path, {"name": 5}).json()["error"]["attribute"].keys() == {"name"}, path
        assert call(path, {"name": "a\x00b"}).status_code == 400, path
        assert call(path, []).status_code == 400, path
        refused = call(path, {"name": "Mine"}, by=agent)
        assert refused.status_code == 403, path
        assert refused.json()["error"]["expectedPermissions"], path
        if permission not in {"READ_DISPOSITIONS", "READ_DISPOSITION_LIST", "READ_PRESENCE_REASONS", "CONTACTS_READ",
                              "READ_REASON_LIST", "VIEW_ALL_TRANSFER_LISTS", "VIEW_ALL_OUTBOUND_IDENTIFIERS",
                              "VIEW_ALL_MESSAGE_TEMPLATES", "VIEW_ALL_QUEUES"}:  # fmt: skip
            expected = call(path, by=agent).json()["error"]["expectedPermissions"]
            assert permission in expected, path


def test_a_list_takes_as_many_queries_for_many_as_for_one(call: Call) -> None:
    result(call("dispositions", {"name": "Sold"}), 201)
    result(call("reasons", {"name": "Tea"}), 201)
    for path, (sent, *_) in ENTITIES.items():
        counts = []
        for number in range(2):
            for each in range(2):
                own = {"name": f"{path} {number}{each}", "externalId": f"{number}{each}"}
                more = {"value": f"+44207183875{number}{each}", "phone": f"+44207946012{number}{each}"}
                if sent is not None:
                    body = {**sent, **{name: more[name] for name in more if name in sent}, "name": own["name"]}
                    result(call(path, body | ({"externalId": own["externalId"]} if "externalId" in sent else {})), 201)
            with CaptureQueriesContext(connection) as queries:
                result(call(path))
            counts.append(len(queries))
        assert counts[0] == counts[1], path


def test_the_users_take_as_many_queries_for_many_as_for_one(call: Call) -> None:
    counts = []
    team, skill = Team.objects.create(name="North"), Skill.objects.create(name="French")
    for _ in range(2):
        for agent in (ready(make_agent()), ready(make_agent())):
            AgentSkill.objects.create(agent=agent, skill=skill)
            Agent.objects.filter(pk=agent.pk).update(team=team)
        with CaptureQueriesContext(connection) as queries:
            result(call("users"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_same_name_twice_is_said_of_the_name(call: Call) -> None:
    for path in ("queues", "skills", "groups", "dispositions", "roles", "reason-lists", "message-templates"):
        result(call(path, {"name": "Twice"}), 201)
        again = call(path, {"name": "twice"})
        assert (again.status_code, list(again.json()["error"]["attribute"] or {})) == (400, ["name"]), path


def test_sharing_is_for_good(call: Call) -> None:
    made = result(call("dispositions", {"name": "Sold", "shared": True}), 201)
    undone = call(f"dispositions/{made['id']}", {"shared": False}, method="put")
    assert (undone.status_code, list(undone.json()["error"]["attribute"])) == (400, ["shared"])


def test_lists_have_members_with_their_places(call: Call) -> None:
    one, other = (result(call("dispositions", {"name": name}), 201)["id"] for name in ("Sold", "Lost"))
    rows = [{"dispositionId": one, "sortOrder": 2, "hierarchy": ["Sales"]}, {"dispositionId": other}]
    made = result(call("disposition-lists", {"name": "All", "dispositions": rows}), 201)
    assert made["dispositions"] == [
        {"dispositionId": one, "sortOrder": 2, "hierarchy": ["Sales"], "name": "Sold"},
        {"dispositionId": other, "sortOrder": 1, "hierarchy": [], "name": "Lost"},
    ]
    unknown = call("disposition-lists", {"name": "None", "dispositions": [{"dispositionId": str(uuid4())}]})
    assert list(unknown.json()["error"]["attribute"]) == ["dispositions[0].dispositionId"]


def test_the_system_has_a_reason_list_that_nobody_changes(call: Call) -> None:
    NotReadyReason.objects.create(name="Tea", operation_name="Tea")
    (system,) = result(call("reason-lists"))
    assert system["isDefault"]
    assert [each["name"] for each in system["reasons"]] == ["Logged in", "Tea"]
    assert system["reasons"][1]["reasonId"] == result(call("reasons"))[0]["id"]
    assert call(f"reason-lists/{system['id']}", {"name": "Mine"}, method="put").status_code == 409


def test_versions_of_queues_and_slas(call: Call) -> None:
    queue = make_queue("Claims")
    sla = result(call("slas", {"name": "Fast", "activeSla": {"slaThreshold": 10}}), 201)
    (first,) = result(call(f"queues/{queue.uuid}/versions"))
    assert (first["priorityRate"], first["priorityUnit"], first["queryVersion"]) == (10, "seconds", 2)
    wrong = call(f"queues/{queue.uuid}/versions", {"minPriority": 0})
    assert list(wrong.json()["error"]["attribute"]) == ["minPriority"]
    second = result(call(f"queues/{queue.uuid}/versions", {"query": "{:skills {}}", "slaId": sla["id"]}), 201)
    assert result(call(f"queues/{queue.uuid}"))["activeVersion"] == first["id"]
    active = result(call(f"queues/{queue.uuid}", {"activeVersion": second["id"]}, method="put"))
    assert active["activeVersion"] == second["id"]
    assert Queue.objects.get().sla == SlaVersion.objects.get(threshold_s=10)

    faster = result(call(f"slas/{sla['id']}/versions", {"versionName": "v2", "slaThreshold": 5}), 201)
    assert result(call(f"slas/{sla['id']}"))["activeSla"]["slaThreshold"] == 10
    result(call(f"slas/{sla['id']}", {"activeVersion": faster["id"]}, method="put"))
    assert Queue.objects.get().sla == SlaVersion.objects.get(threshold_s=5)
    assert len(result(call(f"slas/{sla['id']}/versions"))) == 2


def test_users_with_what_hangs_on_them(call: Call) -> None:
    lena, skill, team = (
        ready(make_agent("lena")),
        Skill.objects.create(name="French"),
        Team.objects.create(name="North"),
    )
    users = result(call("users"))
    assert {each["firstName"]: each["state"] for each in users} == {"Lena": "ready", "Ramona": "offline"}
    assert [each["firstName"] for each in result(call("users?offline=false"))] == ["Lena"]
    mine = f"users/{lena.user.uuid}"
    result(call(f"{mine}/skills", {"skillId": str(skill.uuid), "proficiency": 7}), 201)
    result(call(f"{mine}/groups", {"groupId": str(team.uuid)}), 201)
    told = result(call(mine))
    assert ([each["proficiency"] for each in told["skills"]], told["groups"][0]["name"]) == ([7], "North")
    assert (told["roleName"], told["platformStatus"], told["defaultTenant"]) == ("Agent", "enabled", TENANT_ID)
    assert call(f"{mine}/skills", {"skillId": str(skill.uuid), "proficiency": 11}).status_code == 400
    herself = basic(lena.user)
    for path in ("skills", "groups", "config", "reason-lists", "capacity-rules"):
        assert call(f"{mine}/{path}", by=herself).status_code == 200, path
        assert call(f"users/{make_user('agent').uuid}/{path}", by=herself).status_code == 403, path
    assert call(f"{mine}/skills/{skill.uuid}", method="delete").status_code == 204
    assert not AgentSkill.objects.exists()

    role = str(UserRole.objects.get(built_in="supervisor").uuid)
    body = {"email": "new@example.org", "firstName": "Nia", "roleId": role, "externalId": "E-1"}
    made = result(call("users", body), 201)
    assert (made["roleName"], made["externalId"], made["email"]) == ("Supervisor", "E-1", "new@example.org")
    off = result(call(f"users/{made['id']}", {"status": "disabled", "lastName": "Moor"}, method="put"))
    assert (off["status"], off["lastName"], off["firstName"]) == ("disabled", "Moor", "Nia")


def test_an_api_key_signs_in_with_its_role(call: Call, other_tenant: Tenant) -> None:
    role = result(call("roles", {"name": "Auditor", "permissions": ["INTERACTIONS_API_READ_ALL"]}), 201)
    made = result(call("api-keys", {"name": "Reports", "roleId": role["id"]}), 201)
    assert "secret" not in result(call(f"api-keys/{made['id']}"))
    key = "Basic " + base64.b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
    assert call("interactions", by=key).status_code == 200
    assert call("queues", by=key).status_code == 403
    sent = {"username": made["key"], "password": made["secret"], "tenantId": TENANT_ID}
    token = Client().post("/v1/tokens", sent, content_type="application/json").json()["token"]
    assert call("interactions", by=f"Token {token}").status_code == 200
    assert made["key"] not in str(result(call("users")))
    for headers in ({"Authorization": key}, {"Authorization": f"Token {token}"}):
        person = result(Client().post("/v1/login", headers=headers))
        assert person["tenants"][0]["permissions"] == ["INTERACTIONS_API_READ_ALL"]
        assert person == result(Client().get("/v1/me", headers=headers))
    assert Client().get("/v1/me").status_code == 401
    result(call(f"api-keys/{made['id']}", {"status": "disabled"}, method="put"))
    assert call("interactions", by=key).status_code == 401
    assert call(f"api-keys/{made['id']}", method="delete").status_code == 204
    assert result(call("api-keys")) == []
    wrong = call("api-keys", {"name": "x", "roleId": str(uuid4())})
    assert list(wrong.json()["error"]["attribute"]) == ["roleId"]
    assert not Client().login(username=made["key"], password=made["secret"])


def test_a_contact_is_written_as_it_is_told(call: Call) -> None:
    sent = {"name": "Jane Roe", "phone": "+442079460123", "email": None}
    made = result(call("contacts", {"attributes": sent}), 201)
    assert (made["name"], made["attributes"]) == ("Jane Roe", sent)
    after = result(call(f"contacts/{made['id']}", {"attributes": {"email": "jane@example.org"}}, method="put"))
    assert after["attributes"] == {**sent, "email": "jane@example.org"}
    for attributes in ({"phone": "+44"}, {"name": 5}, []):
        refused = call("contacts", {"attributes": attributes})
        assert (refused.status_code, set(refused.json()["error"]["attribute"])) == (400, {"name"}), attributes


def test_the_tenant_itself(in_scope: Tenant) -> None:
    by = {"Authorization": basic(make_user(Role.AGENT))}
    told = result(Client().get(f"/v1/tenants/{TENANT_ID}", headers=by))
    assert told == {
        "id": TENANT_ID,
        "tenantId": TENANT_ID,
        "name": "Harbour Utilities",
        "timezone": "Europe/London",
        "active": True,
    }
    assert result(Client().get("/v1/tenants", headers=by)) == [told]
    assert Client().get(f"/v1/tenants/{uuid4()}", headers=by).status_code == 403
    assert Client().get("/v1/tenants").status_code == 401


def test_another_tenants_rows_are_not_there(call: Call, other_tenant: Tenant) -> None:
    with scope(other_tenant):
        theirs = make_queue("Theirs").uuid
    assert call(f"queues/{theirs}").status_code == 404
    assert str(theirs) not in str(result(call("queues")))


def test_a_credential_that_asks_too_often_waits(in_scope: Tenant, settings: Any, monkeypatch: Any) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    settings.CXENGAGE_REQUESTS_PER_MINUTE = 2
    one, other = ({"Authorization": basic(make_user(Role.ADMIN))} for _ in range(2))
    replies = [Client().get("/v1/me", headers=one) for _ in range(3)]
    assert [each.status_code for each in replies] == [200, 200, 429]
    assert 1 <= int(replies[2].headers["Retry-After"]) <= 60
    assert Client().get("/v1/me", headers=other).status_code == 200
    settings.CXENGAGE_REQUESTS_PER_MINUTE = 0
    assert Client().get("/v1/me", headers=one).status_code == 200
