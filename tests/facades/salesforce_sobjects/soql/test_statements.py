"""Statements as published clients send them, the contract's example, and statements that nobody would."""

from urllib.parse import quote, quote_plus

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.operations import issue_token
from apps.facades.salesforce_sobjects.soql import Query, QueryError
from apps.objects.models import CustomFieldKind as Kind
from apps.objects.operations import define_custom_field
from tests.builders import make_user
from tests.facades.salesforce_sobjects.soql.asking import CONTACT, T0, attendee, make

pytestmark = pytest.mark.usefixtures("in_scope")
RECORDED = [
    "SELECT Id, Name, OwnerId FROM EngagementInteraction WHERE Status = 'New' LIMIT 2",
    "SELECT Id, Owner.Id, Owner.Name FROM EngagementInteraction WHERE (Status IN ('New', 'In Progress') OR Reason LIKE "
    "'%x%') AND StartDateTime > 2024-01-01T00:00:00Z AND CreatedDate = LAST_N_DAYS:3 AND (NOT Name LIKE 'a%') "
    "AND EndDateTime = null ORDER BY CreatedDate DESC LIMIT 5 OFFSET 10",
    "SELECT Id, Name, (SELECT Id FROM EngagementAttendees LIMIT 2) FROM EngagementInteraction",
    "SELECT count() FROM EngagementInteraction WHERE Status = 'New'",
    "SELECT Id FROM EngagementInteraction WHERE StartDateTime > 2024-01-01T00:00:00+00:00 AND Reason LIKE '%50\\%\\_x%'"
    " AND Status IN ('New','In Progress') AND Name = 'O\\'Neil \\\"q\\\"'",
    "SELECT IsSandbox FROM Organization LIMIT 1",
]


@pytest.fixture
def client(in_scope):
    return Client(headers={"Authorization": f"Bearer {issue_token(make_user('admin'))}"})


@pytest.mark.parametrize("text", RECORDED)
@pytest.mark.parametrize("space", ["+", "%20"])
def test_recorded_statements(client, text, space):
    written = quote_plus(text) if space == "+" else quote(text)
    answer = client.get(f"/services/data/v59.0/query/?q={written}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["done"] is True


def test_the_example_with_parent_and_children(client):
    mira = make_user("agent", first_name="Mira", last_name="Okafor")
    made = make(status="In Progress", owner=mira)
    one = attendee(made, role="Self", external_attendee_id=CONTACT)
    make(status="Completed", start_date_time=T0)
    text = (
        "SELECT Id, Status, Owner.Name, (SELECT Id, Role FROM EngagementAttendees ORDER BY StartDateTime) "
        "FROM EngagementInteraction\nWHERE CommunicationChannel = 'Voice Call' "
        "AND (Status IN ('New','In Progress') OR StartDateTime = LAST_N_DAYS:3) LIMIT 2"
    )
    base = "/services/data/v59.0/sobjects"
    assert client.get("/services/data/v59.0/query", {"q": text}).json() == {
        "totalSize": 1,
        "done": True,
        "records": [
            {
                "attributes": {
                    "type": "EngagementInteraction",
                    "url": f"{base}/EngagementInteraction/{made.public_id}",
                },
                "Id": made.public_id,
                "Status": "In Progress",
                "Owner": {
                    "attributes": {"type": "User", "url": f"{base}/User/{mira.public_id}"},
                    "Name": "Mira Okafor",
                },
                "EngagementAttendees": {
                    "totalSize": 1,
                    "done": True,
                    "records": [
                        {
                            "attributes": {
                                "type": "EngagementAttendee",
                                "url": f"{base}/EngagementAttendee/{one.public_id}",
                            },
                            "Id": one.public_id,
                            "Role": "Self",
                        }
                    ],
                },
            }
        ],
    }


def test_groups_over_http(client):
    make(type="Inbound")
    answer = client.get(
        "/services/data/v59.0/query", {"q": "SELECT Type, COUNT(Id) FROM EngagementInteraction GROUP BY Type"}
    )
    row = {"attributes": {"type": "AggregateResult"}, "Type": "Inbound", "expr0": 1}
    assert answer.json() == {"totalSize": 1, "done": True, "records": [row]}


FIELDS = {
    "text": "Name Reason Duration PhoneNumber ExternalIdentifier Owner.Name InitiatingAttendee.Name Text__c",
    "picked": "Status MappedState Pick__c Type InitiatingAttendee.Type",
    "time": "StartDateTime EndDateTime LastViewedDate CreatedBy.CreatedDate Owner.CreatedBy.CreatedDate",
    "day": "Day__c DAY_ONLY(Owner.CreatedDate)",
    "id": "Id OwnerId CreatedById InitiatingAttendeeId RecordTypeId Owner.Id InitiatingAttendee.Id",
    "flag": "IsDeleted IsAttendeeVerified Owner.IsActive Check__c",
    "number": "Number__c Place__Latitude__s CALENDAR_YEAR(StartDateTime) WEEK_IN_YEAR(Day__c) HOUR_IN_DAY(CreatedDate)",
}
GROUPABLE = """Status MappedState OwnerId InitiatingAttendeeId IsDeleted Owner.Name InitiatingAttendee.Name Text__c
    Number__c InitiatingAttendee.Type Day__c Pick__c Check__c CALENDAR_YEAR(StartDateTime) DAY_ONLY(Owner.CreatedDate)
    WEEK_IN_YEAR(Day__c) HOUR_IN_DAY(convertTimezone(CreatedDate))"""
COUNTED = """COUNT(Id) COUNT(InitiatingAttendee.Name) COUNT_DISTINCT(OwnerId) SUM(Number__c) AVG(Place__Latitude__s)
    MAX(Owner.CreatedDate) MIN(InitiatingAttendee.Name) MAX(Status)"""
VALUES = {
    "text": r"null 'x' '%_\_' '' '\u00e4'",
    "picked": "null 'New' 'contact'",
    "time": "null 2024-03-04T10:20:30+01:00 TODAY LAST_N_DAYS:3 NEXT_N_YEARS:5 N_QUARTERS_AGO:9",
    "day": "null 2024-03-04 YESTERDAY LAST_N_MONTHS:7",
    "id": "null '9eI000000000001' '005000000000001AAA'",
    "flag": "null true FALSE",
    "number": "null 1 -2.5 1e30 99999999999999999999 USD5.5",
}
OPERATORS = {"flag": ["=", "!="], "id": ["=", "!="], "text": ["=", "!=", "<", ">=", " LIKE "]}
ANY = sorted(FIELDS)


@st.composite
def comparisons(draw):
    kind = draw(st.sampled_from(ANY))
    field = draw(st.sampled_from(FIELDS[kind].split()))
    of = draw(st.sampled_from([*[kind] * 12, *ANY]))  # now and then what does not suit
    values = draw(st.lists(st.sampled_from(VALUES[of].split()), min_size=1, max_size=3))
    if len(values) > 1:
        return f"{field} {draw(st.sampled_from(['IN', 'NOT IN']))} ({', '.join(values)})"
    operators = ["=", "!="] if values == ["null"] else OPERATORS.get(kind, ["=", "!=", "<", "<=", ">", ">="])
    return f"{field}{draw(st.sampled_from(operators))}{values[0]}"


SEMI_JOINS = st.sampled_from(
    [
        "Id IN (SELECT EngagementId FROM EngagementTopic WHERE Engagement.Name LIKE 'x%')",
        "OwnerId NOT IN (SELECT Id FROM User)",
        "InitiatingAttendeeId IN (SELECT Id FROM Contact WHERE Phone != null)",
    ]
)
CONDITIONS = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        inner.map("NOT ({})".format),
        st.tuples(inner, inner).map(" AND ".join).map("({})".format),
        st.tuples(inner, inner).map(" OR ".join).map("({})".format),
    ),
    max_leaves=4,
)
DIRECTIONS = st.sampled_from(["", " DESC", " ASC NULLS LAST", " DESC NULLS FIRST"])


@st.composite
def statements(draw):
    """Statements over one object whose names and values suit each other more often than not."""
    where = draw(st.one_of(st.just(""), CONDITIONS.map("WHERE {}".format), SEMI_JOINS.map("WHERE {}".format)))
    if draw(st.booleans()):
        fields = draw(st.lists(st.sampled_from(GROUPABLE.split()), min_size=1, max_size=3, unique=True))
        aliased = [f"{field} f{number}" for number, field in enumerate(fields)]
        counted = draw(st.lists(st.sampled_from(COUNTED.split()), max_size=2))
        kind = draw(st.sampled_from(["{}", "ROLLUP({})", "CUBE({})"])).format(", ".join(fields))
        having = draw(st.sampled_from(["", "HAVING COUNT(Id) > 0", f"HAVING {fields[0]} != null OR MAX(Status) = 'x'"]))
        items, rest, keys = [*aliased, *counted], f"GROUP BY {kind} {having}", [*fields, *counted]
    else:
        keys = [field for fields in FIELDS.values() for field in fields.split()]
        fields = draw(st.lists(st.sampled_from([key for key in keys if "(" not in key]), max_size=4))
        more = ["toLabel(Status)", "FORMAT(StartDateTime)", "Place__c", "(SELECT Name FROM EngagementTopics LIMIT 1)"]
        items, rest = [*fields, draw(st.sampled_from(more))], ""
    by = draw(st.lists(st.tuples(st.sampled_from(keys), DIRECTIONS).map("".join), max_size=3))
    order = f"ORDER BY {', '.join(by)}" if by else ""
    return f"SELECT {', '.join(items)} FROM EngagementInteraction {where} {rest} {order} LIMIT 5"


@given(statements())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_somebody_says_is_answered_or_refused(in_scope, made_up, text):
    try:
        query = Query(text, by=made_up, version=59)
    except QueryError:
        return
    if query.grouping:
        query.grouping.records()
    else:
        page = query.page(1)
        if page.end and page.place:
            query.page(1, before=page.end, place=page.place)


@pytest.fixture
def made_up(in_scope):
    """An agent, and rows to compare."""
    kinds = {"Text": Kind.TEXT, "Number": Kind.NUMBER, "Day": Kind.DATE, "Pick": Kind.PICKLIST, "Check": Kind.CHECKBOX}
    for name, kind in kinds.items():
        define_custom_field("EngagementInteraction", f"{name}__c", kind)
    define_custom_field("EngagementInteraction", "Place__c", Kind.GEOLOCATION)
    agent = make_user("agent")
    for number in range(3):
        stored = {"Number__c": number, "Text__c": "x", "Day__c": "2024-03-04", "Pick__c": "a"}
        make(owner=agent, reason=str(number), custom_fields=stored if number else {})
    return agent


@given(CONDITIONS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_condition_and_its_negation_share_the_rows_between_them(in_scope, made_up, condition):
    def found(where):
        query = Query(f"SELECT Id FROM EngagementInteraction {where}", by=made_up, version=59)
        return sorted(record["Id"] for record in query.page().records)

    try:
        held = found(f"WHERE {condition}")
    except QueryError:
        return
    assert sorted(held + found(f"WHERE NOT ({condition})")) == found("")
