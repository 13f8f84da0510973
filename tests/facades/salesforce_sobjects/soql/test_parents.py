"""Fields of parents, aliases, TYPEOF and semi-joins."""

import pytest

from tests.builders import make_user
from tests.facades.salesforce_sobjects.soql.asking import CONTACT, ask, attendee, crm, make, reasons, topic

pytestmark = pytest.mark.usefixtures("in_scope")
BASE = "/services/data/v59.0/sobjects"


@pytest.fixture
def mira():
    return make_user("agent", first_name="Mira", last_name="Okafor")


@pytest.fixture
def interactions(mira):
    """The first was initiated by a contact that the directory knows, the second by nobody, the third by a stranger."""
    crm("Contact", CONTACT[:15], "Ada", phone="+44 20")
    make(reason="b", type="Inbound")
    make(reason="c", initiating_attendee_id="003Wq00000000zzIAA")
    return make(reason="a", owner=mira, initiating_attendee_id=CONTACT)


def test_a_parent_is_an_object_of_its_own_and_null_where_there_is_none(interactions, mira):
    rows = ask("SELECT Owner.Name, InitiatingAttendee.Name, Reason FROM EngagementInteraction ORDER BY Reason")
    assert rows[0] == {
        "Owner": {"attributes": {"type": "User", "url": f"{BASE}/User/{mira.public_id}"}, "Name": "Mira Okafor"},
        "InitiatingAttendee": {
            "attributes": {"type": "Contact", "url": f"{BASE}/Contact/{CONTACT[:15]}"},
            "Name": "Ada",
        },
        "Reason": "a",
    }
    assert [row["InitiatingAttendee"] for row in rows[1:]] == [None, None]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Owner.Name = 'mira okafor'", "a"),
        ("Owner.Name != 'Mira Okafor'", "bc"),
        ("InitiatingAttendee.Name = 'Ada'", "a"),
        ("InitiatingAttendee.Name != 'Ada'", "bc"),
        ("InitiatingAttendee.Name = null", "bc"),
        ("InitiatingAttendee.Name != null", "a"),
        ("InitiatingAttendee.Name NOT IN ('Ada')", "bc"),
        ("InitiatingAttendee.Name IN (null, 'Ada')", "abc"),
        ("(NOT InitiatingAttendee.Name LIKE 'A%')", "bc"),
        ("InitiatingAttendee.Type IN ('Contact', 'Lead')", "a"),
        ("InitiatingAttendee.Type = 'Account'", ""),
        ("Owner.Type = 'User'", "abc"),
        ("Owner.CreatedBy.Name = null", "abc"),
        (f"InitiatingAttendee.Id = '{CONTACT}'", "a"),
        ("Owner.CreatedDate = TODAY AND CALENDAR_YEAR(Owner.CreatedDate) > 2000", "abc"),
        ("Id IN (SELECT EngagementId FROM EngagementTopic WHERE Name LIKE 'Card%')", "a"),
        ("Id NOT IN (SELECT EngagementId FROM EngagementTopic)", "bc"),
        ("OwnerId IN (SELECT Id FROM User WHERE LastName = 'Okafor') AND Id != null", "a"),
        ("InitiatingAttendeeId IN (SELECT Id FROM Contact)", "a"),
        ("InitiatingAttendeeId NOT IN (SELECT Id FROM Contact)", "bc"),
    ],
)
def test_conditions_on_parents(interactions, where, expected):
    topic(interactions, "Card delivery")
    assert "".join(reasons(where)) == expected


def test_order_by_a_parent(interactions):
    by_owner = ask("SELECT Reason FROM EngagementInteraction ORDER BY InitiatingAttendee.Name NULLS LAST, Reason DESC")
    assert [row["Reason"] for row in by_owner] == ["a", "c", "b"]


def test_a_path_of_several_steps(mira):
    mira.created_by = make_user("admin", first_name="Ines")
    mira.save()
    said = topic(make(), "t", owner=mira)
    path = "Owner.CreatedBy.FirstName"
    assert ask(f"SELECT {path} FROM EngagementTopic WHERE {path} = 'ines'")[0]["Owner"]["CreatedBy"]["FirstName"] == (
        "Ines"
    )
    assert ask("SELECT Engagement.Name, Engagement.Type FROM EngagementTopic")[0]["Engagement"] == {
        "attributes": {
            "type": "EngagementInteraction",
            "url": f"{BASE}/EngagementInteraction/{said.engagement.public_id}",
        },
        "Name": said.engagement.name,
        "Type": "EngagementInteraction",
    }


def test_names_of_the_object_and_aliases_of_parents(interactions):
    topic(interactions, "t")
    text = (
        "SELECT EngagementTopic.Name, o.Name FROM EngagementTopic AS t, t.Engagement e, t.Owner o WHERE e.Name != null"
    )
    (row,) = ask(text)
    assert list(row) == ["Name", "Owner"]


def test_typeof(interactions):
    crm("Lead", "00QWq00000pL9cDIAS", "Lea")
    make(reason="d", initiating_attendee_id="00QWq00000pL9cDIAS")
    typeof = "TYPEOF InitiatingAttendee WHEN Contact THEN Phone, Name WHEN Account THEN Id ELSE Name END"
    rows = ask(f"SELECT {typeof}, Reason FROM EngagementInteraction ORDER BY Reason")
    found = [row["InitiatingAttendee"] for row in rows]
    without = [{key: value for key, value in each.items() if key != "attributes"} if each else None for each in found]
    assert without == [{"Phone": "+44 20", "Name": "Ada"}, None, None, {"Name": "Lea"}]


def test_a_deleted_parent_is_none_but_for_who_asks_for_deleted_ones_too():
    gone = make(reason="gone")
    topic(gone, "left behind")
    gone.deleted_at = gone.created_date
    gone.save()
    text = "SELECT Engagement.Name FROM EngagementTopic WHERE Name = 'left behind'"
    assert ask(text) == [{"Engagement": None}]
    assert ask(text, with_deleted=True)[0]["Engagement"]["Name"] == gone.name
    assert ask(f"{text} AND Engagement.Name = null") == [{"Engagement": None}]


def test_text_references_of_attendees():
    one = attendee(make(), internal_attendee=make_user("agent", first_name="In"))
    attendee(one.engagement, internal_attendee_text="outside")
    rows = ask("SELECT InternalAttendeeId, InternalAttendee.Name FROM EngagementAttendee ORDER BY InternalAttendeeId")
    assert [(row["InternalAttendeeId"], bool(row["InternalAttendee"])) for row in rows] == [
        (one.internal_attendee.public_id, True),
        ("outside", False),
    ]
    assert len(ask("SELECT Id FROM EngagementAttendee WHERE InternalAttendeeId = 'outside'")) == 1
