"""<Object>History and <Object>Feed: one row for each tracked field that got another value (engagement 4.1, C-06)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.common import clock
from apps.common.errors import Forbidden, Invalid
from apps.common.public_ids import salesforce_id
from apps.engagements import operations
from apps.engagements.drafts import Changes
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewAttendee, NewInteraction, NewTopic
from apps.objects import registry
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field, rename_custom_field, set_tracking
from apps.objects.tracked import FieldChange
from apps.objects.tracking import tracking_of
from apps.objects.tracking_triggers import trackable
from apps.queues import operations as queues
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.facades.salesforce_sobjects.soql.asking import ask

pytestmark = pytest.mark.usefixtures("in_scope")
T0 = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
LATER = T0 + timedelta(minutes=5)


def recorded(by: User, **values: Any) -> EngagementInteraction:
    draft = NewInteraction(
        {"start_date_time": T0, "communication_channel": "Voice Call", "status": "New", **values},
        attendees=[NewAttendee({"internal_attendee": by, "start_date_time": T0})],
        topics=[NewTopic({"name": "Card"})],
    )
    return operations.record(draft, by=by, at=T0)


def revise(made: EngagementInteraction, by: User, custom: Sequence[tuple[str, Any]] = (), **values: Any) -> None:
    operations.revise(made, Changes(values, custom), by=by)


def changes(sobject: str = "EngagementInteraction") -> list[tuple[Any, ...]]:
    rows = ask(f"SELECT Field, OldValue, NewValue FROM {sobject}History ORDER BY Id")
    return [(row["Field"], row["OldValue"], row["NewValue"]) for row in rows]


def test_the_first_row_says_that_it_was_made():
    anna = make_user("admin")
    made = recorded(anna)
    (row,) = ask("SELECT FIELDS_ FROM EngagementInteractionHistory".replace("FIELDS_", ALL))
    assert row == {
        "EngagementInteractionId": made.public_id,
        "IsDeleted": False,
        "CreatedById": anna.public_id,
        "CreatedDate": "2026-03-04T10:20:30.000+0000",
        "Field": "created",
        "DataType": None,
        "OldValue": None,
        "NewValue": None,
    }
    assert changes("EngagementAttendee") == changes("EngagementTopic") == [("created", None, None)]


ALL = "EngagementInteractionId, IsDeleted, CreatedById, CreatedDate, Field, DataType, OldValue, NewValue"


def test_tracked_fields_leave_a_row_each_as_the_object_api_shows_them():
    anna, ben = make_user("admin"), make_user("admin")
    made = recorded(anna)
    values = {
        "status": "Completed",
        "owner": ben,
        "end_date_time": LATER,
        "is_attendee_verified": True,
        "reason": "told nobody",
    }
    revise(made, ben, **values)
    assert changes()[1:] == [
        ("EndDateTime", None, "2026-03-04T10:25:30.000+0000"),
        ("Status", "New", "Completed"),
        ("MappedState", "New", "Completed"),
        ("IsAttendeeVerified", False, True),
        ("OwnerId", anna.public_id, ben.public_id),
    ]
    (row,) = ask("SELECT CreatedById, DataType FROM EngagementInteractionHistory WHERE Field = 'OwnerId'")
    assert row == {"CreatedById": ben.public_id, "DataType": "EntityId"}


def test_what_a_live_contact_does_is_told_with_who_did_it():
    agent = ready(make_agent())
    made = make_live(make_queue("Support", [agent]))
    queues.accept(made, by=agent)
    rows = ask("SELECT Field, NewValue, CreatedById FROM EngagementInteractionHistory ORDER BY Id")
    found = {row["Field"]: (row["NewValue"], row["CreatedById"]) for row in rows}
    who = agent.user.public_id
    assert found["Status"] == ("In Progress", who)
    assert found["OwnerId"] == (who, who)


@pytest.mark.parametrize("key", [0, 1, 61, 62, 3843, 987654321, 2**62])
def test_the_database_writes_ids_as_we_do(key: int):
    with connection.cursor() as cursor:
        cursor.execute("select objects_public_id('9eI', %s)", [key])
        assert cursor.fetchone()[0] == salesforce_id("9eI", key)


def test_it_is_a_child_of_its_record():
    anna = make_user("admin")
    made = recorded(anna)
    revise(made, anna, status="Completed")
    (row,) = ask("SELECT Id, (SELECT Field FROM Histories WHERE Field = 'Status') FROM EngagementInteraction")
    assert [child["Field"] for child in row["Histories"]["records"]] == ["Status"]
    (row,) = ask("SELECT EngagementInteraction.Name FROM EngagementInteractionHistory WHERE Field = 'Status'")
    assert row["EngagementInteraction"]["Name"] == made.name


def test_an_administrator_chooses_what_is_tracked():
    anna = make_user("admin")
    field = define_custom_field("EngagementInteraction", "Score__c", CustomFieldKind.NUMBER)
    set_tracking("EngagementInteraction", history=["reason", "Score__c"], by=anna)
    rename_custom_field(field, "Points__c", by=anna)
    assert tracking_of("EngagementInteraction") == (["Reason", "Points__c"], [])
    made = recorded(anna)
    revise(made, anna, [("Points__c", 3)], reason="a", status="Completed")
    assert changes() == [("created", None, None), ("Reason", None, "a"), ("Points__c", None, 3)]
    set_tracking("EngagementInteraction", history=[], by=anna)
    recorded(anna)
    assert len(changes()) == 3


@pytest.mark.parametrize(
    ("object_name", "names"),
    [
        ("Account", ["Name"]),
        ("EngagementInteraction", ["Nothing"]),
        ("EngagementInteraction", ["Name"]),
        ("EngagementInteraction", ["LastModifiedDate"]),
        ("VoiceCall", [f"X{number}__c" for number in range(21)]),
    ],
)
def test_what_cannot_be_tracked_is_refused(object_name: str, names: list[str]):
    with pytest.raises(Invalid):
        set_tracking(object_name, history=names)


def test_more_than_the_platform_tracks_is_refused():
    names = [column.name for column in trackable(registry.named("VoiceCall"))]
    set_tracking("VoiceCall", history=names[:20])
    with pytest.raises(Invalid):
        set_tracking("VoiceCall", history=names[:21])


def test_agents_choose_nothing():
    with pytest.raises(Forbidden):
        set_tracking("EngagementInteraction", history=[], by=make_user("agent"))


def test_feeds_are_empty_until_they_are_switched_on():
    anna = make_user("admin")
    made = recorded(anna)
    revise(made, anna, status="In Progress")
    assert ask("SELECT Id FROM EngagementInteractionFeed") == []
    set_tracking("EngagementInteraction", feed=["Status", "MappedState"], by=anna)
    revise(made, anna, reason="untold")
    revise(made, anna, status="Completed")
    (item,) = ask("SELECT Id, ParentId, Type, CreatedById FROM EngagementInteractionFeed")
    assert (item["ParentId"], item["Type"], item["CreatedById"]) == (made.public_id, "TrackedChange", anna.public_id)
    told = ask("SELECT FeedItemId, FieldName, OldValue, NewValue FROM FeedTrackedChange ORDER BY Id")
    assert told == [
        {
            "FeedItemId": item["Id"],
            "FieldName": "EngagementInteraction.Status",
            "OldValue": "In Progress",
            "NewValue": "Completed",
        },
        {
            "FeedItemId": item["Id"],
            "FieldName": "EngagementInteraction.MappedState",
            "OldValue": "InProgress",
            "NewValue": "Completed",
        },
    ]


def test_history_goes_and_comes_with_its_record():
    anna = make_user("admin")
    made = recorded(anna)
    operations.delete(made, by=anna)
    assert changes() == changes("EngagementAttendee") == []
    assert FieldChange.with_deleted.filter(is_deleted=True).count() == 3
    operations.undelete(made, by=anna)
    assert changes() == [("created", None, None)]


def test_agents_see_the_history_of_what_they_see():
    anna, agent = make_user("admin"), make_user("agent")
    recorded(anna)
    own = recorded(agent)
    for sobject in ("EngagementInteraction", "EngagementAttendee", "EngagementTopic"):
        assert len(ask(f"SELECT Id FROM {sobject}History", agent)) == 1
    (row,) = ask("SELECT EngagementInteractionId FROM EngagementInteractionHistory", agent)
    assert row["EngagementInteractionId"] == own.public_id


def test_agents_see_the_feed_of_what_they_see():
    anna, agent = make_user("admin"), make_user("agent")
    set_tracking("EngagementInteraction", feed=["Status"], by=anna)
    for made in (recorded(anna), recorded(agent)):
        revise(made, anna, status="Completed")
    for sobject in ("EngagementInteractionFeed", "FeedItem", "FeedTrackedChange"):
        assert len(ask(f"SELECT Id FROM {sobject}", anna)) == 2
        assert len(ask(f"SELECT Id FROM {sobject}", agent)) == 1


def test_another_tenant_sees_nothing(other_tenant: Tenant):
    recorded(make_user("admin"))
    with scope(other_tenant):
        assert FieldChange.with_deleted.count() == 0
        assert ask("SELECT Id FROM EngagementInteractionHistory", make_user("admin")) == []


def test_an_entry_is_taken_out_of_a_feed_for_good():
    anna = make_user("admin")
    set_tracking("EngagementInteraction", feed=["Status"], by=anna)
    made = recorded(anna)
    revise(made, anna, status="In Progress")
    revise(made, anna, status="Completed")
    client = Client(headers={"authorization": f"Bearer {issue_token(anna)}"})
    base = "/services/data/v59.0/sobjects"
    assert client.get(f"{base}/EngagementInteraction/describe").json()["feedEnabled"] is True
    first, second = (row["Id"] for row in ask("SELECT Id FROM EngagementInteractionFeed ORDER BY Id"))
    assert client.delete(f"{base}/EngagementInteractionFeed/{first}").status_code == 204
    operations.delete(made, by=anna)
    operations.undelete(made, by=anna)
    assert [row["Id"] for row in ask("SELECT Id FROM EngagementInteractionFeed")] == [second]
    start, end = (clock.now() + timedelta(minutes=minutes) for minutes in (-5, 5))
    span = f"start={start:%Y-%m-%dT%H:%M:%SZ}&end={end:%Y-%m-%dT%H:%M:%SZ}"
    assert client.get(f"{base}/EngagementInteractionFeed/deleted?{span}").json()["deletedRecords"][0]["id"] == first
    assert second in client.get(f"{base}/EngagementInteractionFeed/updated?{span}").json()["ids"]
    assert client.get(f"{base}/EngagementInteractionHistory/updated?{span}").json()["ids"]


@pytest.mark.parametrize("name", ["EngagementInteraction", "EngagementAttendee", "EngagementTopic", "VoiceCall"])
def test_change_events_are_described_and_no_more(name: str):
    client = Client(headers={"authorization": f"Bearer {issue_token(make_user('admin'))}"})
    base = "/services/data/v59.0"
    described = client.get(f"{base}/sobjects/{name}ChangeEvent/describe").json()
    flags = ("queryable", "createable", "updateable", "deletable", "retrieveable", "searchable", "replicateable")
    assert not any(described[flag] for flag in flags)
    fields = {field["name"]: field["type"] for field in described["fields"]}
    assert fields["ChangeEventHeader"] == "complexvalue"
    assert {"ReplayId", "CreatedDate", "OwnerId"} <= fields.keys()
    refused = client.get(f"{base}/query", {"q": f"SELECT Id FROM {name}ChangeEvent"})
    assert refused.json()[0]["errorCode"] == "INVALID_TYPE"


def test_one_row_by_its_id_and_no_way_to_write():
    anna = make_user("admin")
    recorded(anna)
    client = Client(headers={"authorization": f"Bearer {issue_token(anna)}"})
    (row,) = ask("SELECT Id FROM EngagementInteractionHistory")
    base = "/services/data/v59.0/sobjects/EngagementInteractionHistory"
    answer = client.get(f"{base}/{row['Id']}")
    assert (answer.status_code, answer.json()["Field"]) == (200, "created")
    for refused in (
        client.post(base, {"Field": "x"}, content_type="application/json"),
        client.patch(f"{base}/{row['Id']}", {"Field": "x"}, content_type="application/json"),
        client.delete(f"{base}/{row['Id']}"),
    ):
        assert refused.status_code in (400, 404, 405)
