"""Whatever a query says, and wherever it says it: nothing of another tenant, of others' work or from the bin."""

import pytest

from apps.facades.salesforce_sobjects.soql import Query
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.facades.salesforce_sobjects.soql.asking import CONTACT, T0, ask, attendee, crm, make, topic

pytestmark = pytest.mark.usefixtures("in_scope")
SECRET = "secret"


@pytest.fixture
def anna():
    """An agent who has one interaction of her own."""
    anna = make_user("agent")
    topic(make(reason="own", owner=anna), "own")
    return anna


@pytest.fixture(params=["another tenant's", "another agent's", "deleted"])
def hidden(request, anna, other_tenant):
    """An interaction, with attendee and topic, that Anna must not see."""
    if request.param == "another tenant's":
        with scope(other_tenant):
            return _hidden(crm_too=True)
    return _hidden(**({"deleted_at": T0} if request.param == "deleted" else {}))


def _hidden(crm_too=False, **values):
    if crm_too:
        crm("Contact", CONTACT, SECRET)
    made = make(reason=SECRET, initiating_attendee_id=CONTACT, **values)
    attendee(made, **values)
    topic(made, SECRET, **values)
    return made


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Reason FROM EngagementInteraction",
        "SELECT Reason FROM EngagementInteraction WHERE Id != null OR Id = null OR Reason = 'secret'",
        "SELECT Reason FROM EngagementInteraction WHERE NOT Reason = 'own'",
        "SELECT Name FROM EngagementTopic WHERE Engagement.Name != null OR Engagement.Name = null",
        "SELECT Reason, (SELECT Name, Engagement.Name FROM EngagementTopics) FROM EngagementInteraction",
        "SELECT MappedState, COUNT(Id), MAX(Reason) FROM EngagementInteraction GROUP BY MappedState",
        "SELECT MAX(Reason), MIN(Name) FROM EngagementInteraction",
        "SELECT Name, InitiatingAttendee.Name FROM EngagementInteraction ORDER BY InitiatingAttendee.Name",
        "SELECT Name FROM Contact",
        "SELECT Name FROM User WHERE Id IN (SELECT OwnerId FROM EngagementInteraction WHERE Reason = 'secret')",
        "SELECT Reason FROM EngagementInteraction USING SCOPE everything",
    ],
)
def test_nothing_hidden_is_ever_told(anna, hidden, text):
    assert SECRET not in str(ask(text, by=anna))
    assert hidden.public_id not in str(ask(text, by=anna))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("SELECT COUNT() FROM EngagementInteraction", 1),
        ("SELECT COUNT() FROM EngagementTopic", 1),
        ("SELECT COUNT() FROM EngagementTopic WHERE Engagement.Name != null", 1),
        ("SELECT COUNT() FROM EngagementInteraction WHERE Id IN (SELECT EngagementId FROM EngagementTopic)", 1),
        ("SELECT COUNT() FROM EngagementInteraction WHERE Id NOT IN (SELECT EngagementId FROM EngagementAttendee)", 1),
        ("SELECT COUNT() FROM EngagementInteraction WHERE OwnerId IN (SELECT Id FROM User)", 1),
        ("SELECT COUNT() FROM EngagementAttendee", 0),
    ],
)
def test_nothing_hidden_is_ever_counted(anna, hidden, text, count):
    assert Query(text, by=anna).total() == count


def test_parents_that_may_not_be_seen_are_none(anna):
    """A topic is seen by who owns it and sees its interaction; the parent's own rules hold even so."""
    ours = make(reason="own", owner=anna)
    said = topic(ours, "t", owner=anna)
    elsewhere = make(reason=SECRET)
    said.parent_topic = topic(elsewhere, SECRET)
    said.save()
    text = "SELECT ParentTopic.Name FROM EngagementTopic WHERE Name = 't'"
    assert ask(text, by=anna) == [{"ParentTopic": None}]
    assert ask(f"{text} AND ParentTopic.Name = null", by=anna) == [{"ParentTopic": None}]
    assert ask(f"{text} AND ParentTopic.Name = '{SECRET}'", by=anna) == []
    assert ask(f"{text} ORDER BY ParentTopic.Name", by=anna) == [{"ParentTopic": None}]
    path = "ParentTopic.Owner.Name"
    grouped = f"SELECT {path} n, COUNT(Id) FROM EngagementTopic WHERE Name = 't' GROUP BY {path}"
    assert ask(grouped, by=anna) == [{"n": None, "expr0": 1}]
    assert ask(text)[0]["ParentTopic"]["Name"] == SECRET


def test_who_asks_for_deleted_rows_sees_no_others_for_it(anna, other_tenant):
    _hidden()
    gone = make(reason="gone", owner=anna, deleted_at=T0)
    with scope(other_tenant):
        _hidden(deleted_at=T0)
    found = ask("SELECT Id, Reason FROM EngagementInteraction ORDER BY Reason", by=anna, with_deleted=True)
    assert [row["Reason"] for row in found] == ["gone", "own"]
    assert found[0]["Id"] == gone.public_id
