"""The query language over real rows."""

import pytest

from apps.facades.salesforce_sobjects.soql import Query, QueryError
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.facades.salesforce_sobjects.soql.asking import T0, ask, make, reasons

pytestmark = pytest.mark.usefixtures("in_scope")


def test_selected_fields_in_their_order_and_spelling():
    made = make(status="New", reason="x")
    assert ask("select status, ID, StartDateTime, ownerid, EndDateTime from engagementinteraction") == [
        {
            "Status": "New",
            "Id": made.public_id,
            "StartDateTime": "2024-03-04T10:20:30.000+0000",
            "OwnerId": made.owner.public_id,
            "EndDateTime": None,
        }
    ]


def test_conditions():
    make(reason="a", status="New", phone_number="1", end_date_time=T0)
    make(reason="b 50%_x", status="In Progress", is_attendee_verified=True)
    make(reason="c", type="Inbound")
    assert reasons("Status = 'new'") == ["a"]
    assert reasons("Status != 'New'") == ["b 50%_x", "c"]
    assert reasons("Status = null") == ["c"]
    assert reasons("Status IN ('New', 'In Progress')") == ["a", "b 50%_x"]
    assert reasons("Status NOT IN ('New')") == ["b 50%_x", "c"]
    assert reasons("Reason LIKE '%50\\%\\_x%'") == ["b 50%_x"]
    assert reasons("(NOT Reason LIKE 'A%')") == ["b 50%_x", "c"]
    assert reasons("IsAttendeeVerified = true") == ["b 50%_x"]
    assert reasons("EndDateTime != null") == ["a"]
    assert reasons("StartDateTime > 2024-01-01T00:00:00Z AND (Type = 'Inbound' OR Status = 'New')") == ["a", "c"]
    assert reasons("StartDateTime >= 2024-03-04T11:20:30+01:00 AND StartDateTime < TODAY") == ["a", "b 50%_x", "c"]
    assert reasons("StartDateTime = TODAY") == []


def test_ids_of_15_and_18_characters():
    made = make(initiating_attendee_id="003Wq00000pL9cDIAS", reason="r")
    for public in (made.public_id, made.public_id[:15]):
        assert reasons(f"Id = '{public}'") == ["r"]
    assert reasons("InitiatingAttendeeId = '003Wq00000pL9cD'") == ["r"]
    assert reasons(f"OwnerId IN ('{made.owner.public_id}')") == ["r"]
    assert reasons(f"Id = '{made.owner.public_id}'") == []


def test_order_limit_offset_and_count():
    for reason in ("b", None, "a"):
        make(reason=reason)
    select = "SELECT Reason FROM EngagementInteraction ORDER BY Reason"
    assert [row["Reason"] for row in ask(select)] == [None, "a", "b"]
    assert [row["Reason"] for row in ask(f"{select} DESC NULLS LAST LIMIT 1 OFFSET 1")] == ["a"]
    assert len(ask(f"{select} LIMIT 99999999999999999999")) == 3
    assert Query("SELECT count() FROM EngagementInteraction WHERE Reason != null", by=make_user("admin")).total() == 2


def test_attendees_and_their_engagement():
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    from apps.queues import operations

    operations.accept(live, by=agent)
    assert ask("SELECT EngagementId, InternalAttendeeId FROM EngagementAttendee") == [
        {"EngagementId": live.public_id, "InternalAttendeeId": agent.user.public_id}
    ]


def test_deleted_rows_and_those_of_others_are_never_seen(other_tenant):
    from apps.tenants.scope import scope

    make(reason="deleted", deleted_at=T0)
    stranger = make_user("agent")
    make(reason="of somebody else")
    make(reason="own", owner=stranger)
    with scope(other_tenant):
        make(reason="of another tenant")
    select = "SELECT Reason FROM EngagementInteraction WHERE Id != null OR Id = null"
    assert [row["Reason"] for row in ask(select, by=stranger)] == ["own"]


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("SELECT FROM EngagementInteraction", "MALFORMED_QUERY", 8),
        ("SELECT Id FROM EngagementInteraction WHERE", "MALFORMED_QUERY", 43),
        ("SELECT Id FROM EngagementInteraction LIMIT x", "MALFORMED_QUERY", 44),
        ("SELECT Id FROM EngagementInteraction trailing text", "MALFORMED_QUERY", 47),
        ("SELECT Id, Nope FROM EngagementInteraction", "INVALID_FIELD", 12),
        ("SELECT Id FROM Nope", "INVALID_TYPE", 16),
        ("SELECT Id FROM EngagementInteraction WHERE StartDateTime > 2024-01-01", "INVALID_FIELD", 60),
        ("SELECT Id FROM EngagementInteraction WHERE StartDateTime > '2024'", "INVALID_FIELD", 60),
        ("SELECT Id FROM EngagementInteraction WHERE Status = 'a' AND Type = 'b' OR Type = 'c'", "MALFORMED_QUERY", 72),
        ("SELECT Id FROM EngagementInteraction WHERE Reason = '\\q'", "MALFORMED_QUERY", 54),
        ("SELECT Id FROM EngagementInteraction WHERE OwnerId = 'nobody'", "MALFORMED_ID", 54),
        ("SELECT Id FROM VoiceCall WHERE Description = 'x'", "INVALID_FIELD", 32),
        ("SELECT Id FROM EngagementInteraction WHERE Id > '001'", "MALFORMED_ID", 49),
        ("SELECT Id FROM EngagementInteraction WHERE StartDateTime > 2024-13-01T00:00:00Z", "MALFORMED_QUERY", 60),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(text, code, column):
    with pytest.raises(QueryError) as refused:
        Query(text, by=make_user("admin"))
    assert (refused.value.code, f"Row:1:Column:{column}" in str(refused.value)) == (code, True), str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "SELECT \x00Id FROM EngagementInteraction",
        "SELECT Id FROM EngagementInteraction OFFSET 2001",
        "x" * 100_001,
    ],
)
def test_what_has_no_place_is_refused_too(text):
    with pytest.raises(QueryError):
        Query(text, by=make_user("admin"))


def test_like_takes_nothing_but_its_two_signs_for_more_than_they_are():
    make(reason="a.c*d\\e [f] \U0001f600")
    assert reasons(r"Reason LIKE 'A.C*D\\E [F] %'")
    assert reasons(r"Reason LIKE 'a_c%'")
    assert reasons("Reason LIKE '%\\ud83d\\ude00'")
    assert not reasons("Reason LIKE 'aXc%'")
    assert not reasons("Reason LIKE 'a.c'")
