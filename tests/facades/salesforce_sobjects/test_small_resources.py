"""Layouts, list views, limits, counts, what was seen last, and what changed in a span of time."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.facades.salesforce_sobjects.views import replication
from apps.objects import registry, viewing
from apps.tenants.scope import scope
from tests.builders import make_live, make_user

BASE = "/services/data/v59.0"
INTERACTIONS = f"{BASE}/sobjects/EngagementInteraction"


@pytest.fixture
def user(tenant: Any) -> User:
    with scope(tenant):
        return make_user("admin")


@pytest.fixture
def client(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {issue_token(user)}"})


@pytest.fixture
def lives(tenant: Any) -> list[EngagementInteraction]:
    with scope(tenant):
        return [make_live() for _ in range(3)]


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()[0]["errorCode"]


def test_resources_are_those_that_answer(client: Client, user: User) -> None:
    resources = client.get(f"{BASE}/").json()
    assert resources.pop("identity") == f"http://testserver/id/{user.tenant.org_id}/{user.public_id}"
    assert {"sobjects", "query", "search", "parameterizedSearch", "composite", "recent", "limits", "connect"} <= set(
        resources
    )
    for name, path in resources.items():
        assert path == f"{BASE}/{name}"
        assert name == "connect" or client.get(path).status_code != 404


def test_layouts(client: Client) -> None:
    whole = client.get(f"{INTERACTIONS}/describe/layouts/").json()
    assert set(whole) == {"layouts", "recordTypeMappings", "recordTypeSelectorRequired"}
    assert whole["recordTypeSelectorRequired"] == [False]
    mapping = whole["recordTypeMappings"][0]
    assert set(mapping) == {
        *("active", "available", "defaultRecordTypeMapping", "developerName", "layoutId", "master", "name"),
        *("picklistsForRecordType", "recordTypeId", "urls"),
    }
    status = next(each for each in mapping["picklistsForRecordType"] if each["picklistName"] == "Status")
    assert [each["value"] for each in status["picklistValues"]] == ["New", "In Progress", "Completed"]
    layout = client.get(f"{INTERACTIONS}/describe/layouts/012000000000000AAA").json()
    assert layout == whole["layouts"][0]
    assert set(layout) == {
        *("buttonLayoutSection", "detailLayoutSections", "editLayoutSections", "feedView", "id", "offlineLinks"),
        *("highlightsPanelLayoutSection", "multirowEditLayoutSections", "quickActionList", "relatedContent"),
        *("relatedLists", "saveOptions"),
    }
    section, system = layout["detailLayoutSections"]
    assert set(section) == {
        *("columns", "heading", "layoutRows", "parentLayoutId", "rows", "tabOrder", "useCollapsibleSection"),
        "useHeading",
    }
    assert (section["columns"], system["heading"]) == (2, "System Information")
    items = [item for row in section["layoutRows"] for item in row["layoutItems"]]
    start = next(item for item in items if item["layoutComponents"][0]["value"] == "StartDateTime")
    assert (start["required"], start["editableForNew"], start["layoutComponents"][0]["type"]) == (True, True, "Field")
    assert {"EngagementAttendees", "EngagementTopics"} <= {each["name"] for each in layout["relatedLists"]}


def test_the_other_layouts(client: Client) -> None:
    compact = client.get(f"{INTERACTIONS}/describe/compactLayouts").json()
    assert compact["defaultCompactLayoutId"] == compact["compactLayouts"][0]["id"]
    assert client.get(f"{INTERACTIONS}/describe/approvalLayouts").json() == {"approvalLayouts": []}
    assert client.get(f"{INTERACTIONS}/describe/namedLayouts/Some").json()["layouts"] == []
    assert client.get(f"{INTERACTIONS}/quickActions").json() == []
    assert code(client.get(f"{INTERACTIONS}/describe/layouts/012000000000099AAA")) == (404, "NOT_FOUND")
    assert code(client.get(f"{BASE}/sobjects/User/describe/layouts")) == (404, "NOT_FOUND")


def change(live: EngagementInteraction, **values: Any) -> None:
    with scope(live.tenant):
        EngagementInteraction.with_deleted.filter(pk=live.pk).update(**values)


def test_list_views(client: Client, user: User, lives: list[EngagementInteraction]) -> None:
    change(lives[0], owner=user)
    answer = client.get(f"{INTERACTIONS}/listviews").json()
    assert (answer["done"], answer["size"], answer["sobjectType"]) == (True, 2, "EngagementInteraction")
    everything, mine = answer["listviews"]
    assert everything["label"] == "All Engagement Interactions"
    results = client.get(everything["resultsUrl"], {"limit": 2}).json()
    assert results["size"] == 2
    values = {each["fieldNameOrPath"]: each["value"] for each in results["records"][0]["columns"]}
    assert (values["Id"], values["CommunicationChannel"]) == (lives[2].public_id, "Voice Call")
    assert client.get(mine["resultsUrl"]).json()["size"] == 1
    assert client.get(mine["url"]).json() == mine
    assert client.get(mine["describeUrl"]).json()["columns"][0]["fieldNameOrPath"] == "Name"
    assert code(client.get(f"{INTERACTIONS}/listviews/00B000000000000AAA")) == (404, "NOT_FOUND")
    assert code(client.get(everything["resultsUrl"], {"limit": "x"})) == (400, "NUMBER_OUTSIDE_VALID_RANGE")


def test_limits(client: Client) -> None:
    before = client.get(f"{BASE}/limits/").json()["DailyApiRequests"]
    after = client.get(f"{BASE}/limits").json()["DailyApiRequests"]
    assert (after["Max"], after["Remaining"]) == (5_000_000, before["Remaining"] - 1)


def test_record_count(client: Client, lives: list[EngagementInteraction]) -> None:
    answer = client.get(f"{BASE}/limits/recordCount?sObjects=engagementinteraction,Nothing,VoiceCall").json()
    assert sorted(answer["sObjects"], key=lambda each: each["name"]) == [
        {"count": 3, "name": "EngagementInteraction"},
        {"count": 0, "name": "VoiceCall"},
    ]
    every = client.get(f"{BASE}/limits/recordCount").json()["sObjects"]
    assert {each["name"] for each in every} == {each.name for each in registry.every() if "query" in each.calls}


def test_recent(client: Client, user: User, tenant: Any, lives: list[EngagementInteraction]) -> None:
    assert client.get(f"{BASE}/recent").json() == []
    with scope(tenant):
        interactions = registry.of(EngagementInteraction)
        for minutes, live in enumerate(lives):
            at = clock.now() - timedelta(minutes=minutes)
            viewing.note(user, interactions, [live.pk], viewed=True, at=at)
    found = client.get(f"{BASE}/recent?limit=2").json()
    assert [each["Id"] for each in found] == [lives[0].public_id, lives[1].public_id]
    assert found[0]["Name"] == lives[0].name
    assert found[0]["attributes"]["url"] == f"{INTERACTIONS}/{lives[0].public_id}"
    about = client.get(f"{BASE}/sobjects/engagementinteraction/").json()
    assert about["objectDescribe"]["name"] == "EngagementInteraction"
    assert [each["Id"] for each in about["recentItems"]] == [live.public_id for live in lives]
    for name in (each.name for each in registry.every()):
        assert client.get(f"{BASE}/sobjects/{name}").json()["objectDescribe"]["name"] == name
    assert client.get(f"{BASE}/sobjects/User").json()["recentItems"] == []
    refused = client.post(f"{BASE}/sobjects/User", {}, content_type="application/json")
    assert (*code(refused), refused["Allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, HEAD")
    assert code(client.get(f"{BASE}/sobjects/Nothing")) == (404, "NOT_FOUND")


class TestReplication:
    @pytest.fixture(autouse=True)
    def _rows(self, lives: list[EngagementInteraction]) -> None:
        """One changed at the start of the span, one at its end, one changed and deleted within it."""
        self.now = clock.now().replace(second=0, microsecond=0)
        self.start, self.end = self.now - timedelta(hours=2), self.now - timedelta(hours=1)
        middle = self.start + timedelta(minutes=5)
        change(lives[0], system_modstamp=self.start)
        change(lives[1], system_modstamp=self.end)
        change(lives[2], system_modstamp=middle, deleted_at=middle)
        self.updated_one, _, self.deleted_one = lives

    def ask(self, client: Client, what: str, **span: Any) -> Any:
        span = {"start": self.start.isoformat(), "end": self.end.isoformat(), **span}
        return client.get(f"{INTERACTIONS}/{what}/", span)

    def test_updated(self, client: Client) -> None:
        assert self.ask(client, "updated").json() == {
            "ids": [self.updated_one.public_id],
            "latestDateCovered": self.end.strftime("%Y-%m-%dT%H:%M:00.000+0000"),
        }
        late = self.ask(client, "updated", end=(self.now + timedelta(days=1)).isoformat()).json()
        assert len(late["ids"]) == 2
        assert late["latestDateCovered"] < (self.now + timedelta(hours=1)).isoformat()

    def test_deleted(self, client: Client) -> None:
        middle = (self.start + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:00.000+0000")
        assert self.ask(client, "deleted").json() == {
            "deletedRecords": [{"deletedDate": middle, "id": self.deleted_one.public_id}],
            "earliestDateAvailable": middle,
            "latestDateCovered": self.end.strftime("%Y-%m-%dT%H:%M:00.000+0000"),
        }

    def test_ways_to_write_a_time(self, client: Client) -> None:
        start = self.start.strftime("%Y-%m-%dT%H:%M:")
        for text in ("30Z", "00.000+0000", "00+00:00", "00 00:00", "59:", "00.999Z"):
            assert self.ask(client, "updated", start=start + text).json()["ids"] == [self.updated_one.public_id]
        day = (self.now - timedelta(days=1)).date().isoformat()
        assert self.ask(client, "updated", start=day).status_code == 200

    @pytest.mark.parametrize("what", ["updated", "deleted"])
    def test_refusals(self, client: Client, what: str) -> None:
        invalid = (400, "INVALID_REPLICATION_DATE")
        assert code(client.get(f"{INTERACTIONS}/{what}?start=2024-01-01T00:00:00Z")) == (400, "MISSING_ARGUMENT")
        assert code(client.get(f"{INTERACTIONS}/{what}?end=2024-01-01T00:00:00Z")) == (400, "MISSING_ARGUMENT")
        assert code(self.ask(client, what, end=self.start.isoformat())) == invalid
        assert code(self.ask(client, what, start=self.end.isoformat(), end=self.start.isoformat())) == invalid
        assert code(self.ask(client, what, start="yesterday")) == invalid
        assert code(self.ask(client, what, start="2024-01-01T00:00:00")) == invalid
        days = {"updated": 31, "deleted": 16}[what]
        assert code(self.ask(client, what, start=(self.now - timedelta(days=days)).isoformat())) == invalid
        near = self.now - timedelta(days=days - 2)
        assert self.ask(client, what, start=near.isoformat()).status_code == 200

    def test_too_many(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(replication, "MOST_IDS", 0)
        assert code(self.ask(client, "updated")) == (400, "EXCEEDED_ID_LIMIT")
        assert code(self.ask(client, "deleted")) == (400, "EXCEEDED_ID_LIMIT")

    def test_every_object_that_replicates(self, client: Client) -> None:
        span = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        for sobject in registry.every():
            expected = 200 if "replicate" in sobject.calls else 404
            for what in ("updated", "deleted"):
                assert client.get(f"{BASE}/sobjects/{sobject.name}/{what}", span).status_code == expected
