"""Subqueries over child relationships, and how many statements a page takes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.engagements.models import EngagementInteraction
from apps.facades.salesforce_sobjects.soql import Query
from tests.builders import make_user
from tests.facades.salesforce_sobjects.soql.asking import T0, ask, attendee, make, topic

pytestmark = pytest.mark.usefixtures("in_scope")


def test_children_are_a_result_of_their_own_and_null_where_there_are_none():
    parent, lonely = make(reason="a"), make(reason="b")
    one = topic(parent, "one")
    topic(parent, "two")
    text = "SELECT Reason, (SELECT Id, Name, Owner.FirstName FROM engagementtopics ORDER BY Name DESC) "
    first, second = ask(text + "FROM EngagementInteraction ORDER BY Reason")
    assert first["EngagementTopics"]["totalSize"] == 2
    assert first["EngagementTopics"]["done"] is True
    assert [row["Name"] for row in first["EngagementTopics"]["records"]] == ["two", "one"]
    assert first["EngagementTopics"]["records"][1] == {
        "attributes": {
            "type": "EngagementTopic",
            "url": f"/services/data/v59.0/sobjects/EngagementTopic/{one.public_id}",
        },
        "Id": one.public_id,
        "Name": "one",
        "Owner": {
            "attributes": {"type": "User", "url": f"/services/data/v59.0/sobjects/User/{one.owner.public_id}"},
            "FirstName": one.owner.first_name,
        },
    }
    assert second == {"Reason": lonely.reason, "EngagementTopics": None}


def test_conditions_order_and_limit_count_for_each_parent():
    for reason in "ab":
        parent = make(reason=reason)
        for number in range(4):
            topic(parent, f"{reason}{number}")
    text = "(SELECT Name FROM EngagementTopics WHERE Name != 'a3' ORDER BY Name DESC LIMIT 2)"
    rows = ask(f"SELECT {text} FROM EngagementInteraction ORDER BY Reason")
    found = [[each["Name"] for each in row["EngagementTopics"]["records"]] for row in rows]
    assert found == [["a2", "a1"], ["b3", "b2"]]
    assert ask("SELECT (SELECT Id FROM EngagementTopics LIMIT 0) FROM EngagementInteraction LIMIT 1") == [
        {"EngagementTopics": None}
    ]


def test_deleted_children_are_left_out_unless_asked_for():
    parent = make()
    topic(parent, "gone", deleted_at=T0)
    text = "SELECT (SELECT Name, IsDeleted FROM EngagementTopics) FROM EngagementInteraction"
    assert ask(text) == [{"EngagementTopics": None}]
    assert ask(text, with_deleted=True)[0]["EngagementTopics"]["records"][0]["IsDeleted"] is True
    assert ask(f"{text} ALL ROWS")[0]["EngagementTopics"]["totalSize"] == 1


@pytest.mark.parametrize("rows", [10, 2000])
def test_a_page_takes_the_same_statements_however_many_rows(rows):
    owner = make_user("agent")
    EngagementInteraction.objects.bulk_create(_row(owner, number) for number in range(rows))
    for parent in EngagementInteraction.objects.order_by("pk")[:3]:
        attendee(parent)
    text = (
        "SELECT Id, Owner.Name, CreatedBy.CreatedBy.Name, InitiatingAttendee.Name, "
        "(SELECT Id, Owner.Name FROM EngagementAttendees LIMIT 2) "
        "FROM EngagementInteraction WHERE Owner.Name != 'x' ORDER BY Owner.Name LIMIT 1990"
    )
    query = Query(text, by=owner, version=59)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        page = query.page()
    assert len(page.records) == min(rows, 1990)
    assert page.place is None
    assert len(statements) == 8  # rows, owners, who made them, three kinds of initiators, attendees, their owners


def _row(owner, number):
    return EngagementInteraction(
        owner=owner,
        created_by=owner,
        last_modified_by=owner,
        communication_channel="Voice Call",
        channel="voice",
        start_date_time=T0,
        opened_at=T0,
        initiating_attendee_id=f"003Wq{number:010d}",
    )
