"""Every way in which a query is refused: the code, the place and the words (sobjects 8.2, 8.4, 11.2, P-33)."""

import pytest

from apps.facades.salesforce_sobjects.soql import Query, QueryError
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field
from tests.builders import make_user

pytestmark = pytest.mark.usefixtures("in_scope")
E = "SELECT Id FROM EngagementInteraction"
C = "SELECT COUNT(Id) FROM EngagementInteraction"
CHILD = "(SELECT Id FROM EngagementTopics), "
IN = "Id IN (SELECT EngagementId FROM EngagementTopic)"
MALFORMED, FIELD, TYPE, ID = "MALFORMED_QUERY", "INVALID_FIELD", "INVALID_TYPE", "MALFORMED_ID"

# The place is marked.
REFUSED = [
    ("", MALFORMED, "A query is needed."),
    ("x" * 100_001, MALFORMED, "cannot be longer than 100,000"),
    ("SELECT»", MALFORMED, "unexpected token: '<EOF>'"),
    ("SELECT »FROM EngagementInteraction", MALFORMED, "unexpected token: 'FROM'"),
    ("SELECT »* FROM EngagementInteraction", MALFORMED, "unexpected token: '*'"),
    (f"{E} WHERE»", MALFORMED, "unexpected token: '<EOF>'"),
    (f"{E}»;", MALFORMED, "unexpected token: ';'"),
    (f"{E} LIMIT »x", MALFORMED, "unexpected token: 'x'"),
    (f"{E} LIMIT »-1", MALFORMED, "negative"),
    (f"{E} WITH »ANYTHING", MALFORMED, "unexpected token: 'ANYTHING'"),
    (f"{E} FOR »FUN", MALFORMED, "unexpected token: 'FUN'"),
    (f"{E} USING SCOPE »team", MALFORMED, "scope 'team'"),
    (f"{E} WHERE Status = 'a' AND Type = 'b' »OR Type = 'c'", MALFORMED, "unexpected token: 'OR'"),
    (f"{E} WHERE Status = 'a' OR Type = 'b' »AND Type = 'c'", MALFORMED, "unexpected token: 'AND'"),
    (f"{E} WHERE Status = »New", MALFORMED, "unexpected token: 'New'"),
    (f"{E} WHERE Status = »:bind", MALFORMED, "unexpected token: ':bind'"),
    (f"{E} WHERE Reason = '»\\q'", MALFORMED, "Illegal escape sequence"),
    (f"{E} WHERE {'NOT ' * 51} Id = null", MALFORMED, "nested deeper"),
    # Objects and fields
    ("SELECT Id FROM »Nope", TYPE, "sObject type 'Nope' is not supported."),
    ("SELECT Id FROM »accounts_user", TYPE, "sObject type 'accounts_user' is not supported."),
    ("SELECT Id, »Nope FROM EngagementInteraction", FIELD, "No such column 'Nope' on entity 'EngagementInteraction'"),
    ("SELECT »tenant_id FROM EngagementInteraction", FIELD, "append the '__c' after the custom field name"),
    (f"{E} WHERE »owner_id = 1", FIELD, "No such column 'owner_id'"),
    (f"{E} ORDER BY »deleted_at", FIELD, "No such column 'deleted_at'"),
    ("SELECT »Owner.Password FROM EngagementInteraction", FIELD, "No such column 'Password' on entity 'User'"),
    ("SELECT »Nope.Name FROM EngagementInteraction", FIELD, "Didn't understand relationship 'Nope' in field path"),
    ("SELECT »InitiatingAttendee.Phone FROM EngagementInteraction", FIELD, "on entity 'Name'"),
    ("SELECT »InitiatingAttendee.Owner.Name FROM EngagementInteraction", FIELD, "Didn't understand relationship"),
    (f"SELECT »{'Owner.' * 6}Id FROM EngagementInteraction", MALFORMED, "at most 5 relationships"),
    ("SELECT Status »s FROM EngagementInteraction", MALFORMED, "only aggregate expressions use field aliasing"),
    ("SELECT »pg_sleep(Id) FROM EngagementInteraction", MALFORMED, "unexpected token: 'PG_SLEEP'"),
    (f"{E} WHERE »lower(Status) = 'x'", MALFORMED, "unexpected token: 'LOWER'"),
    ("SELECT »toLabel(Id) FROM EngagementInteraction", MALFORMED, "has no labels"),
    ("SELECT »FIELDS(ALL) FROM EngagementInteraction", MALFORMED, "LIMIT of at most 200"),
    ("SELECT »FIELDS(CUSTOM) FROM EngagementInteraction LIMIT 201", MALFORMED, "LIMIT of at most 200"),
    ("SELECT FIELDS(»SOME) FROM EngagementInteraction", MALFORMED, "unexpected token: 'SOME'"),
    ("SELECT TYPEOF Owner WHEN »Nope THEN Id END FROM EngagementInteraction", TYPE, "leads to no Nope"),
    ("SELECT »CALENDAR_YEAR(CreatedDate) FROM EngagementInteraction", MALFORMED, "unexpected token: 'CALENDAR_YEAR'"),
    # Comparisons
    ("SELECT Id FROM VoiceCall WHERE »Description = 'x'", FIELD, "field 'Description' can not be filtered in a query"),
    (f"{E} WHERE StartDateTime > »2024-01-01", FIELD, "must be of type datetime"),
    (f"{E} WHERE StartDateTime > »'2024'", FIELD, "must be of type datetime"),
    (f"{E} WHERE Status = »1", FIELD, "must be of type picklist"),
    (f"{E} WHERE IsDeleted = »'true'", FIELD, "must be of type boolean"),
    (f"{E} WHERE StartDateTime > »2024-13-01T00:00:00Z", MALFORMED, "Invalid date"),
    (f"{E} WHERE StartDateTime > »4001-01-01T00:00:00Z", MALFORMED, "Invalid date"),
    (f"{E} WHERE StartDateTime = »LAST_N_YEARS:1000", MALFORMED, "Invalid date"),
    (f"{E} WHERE StartDateTime = »LAST_N_DAYS", MALFORMED, "unexpected token: 'LAST_N_DAYS'"),
    (f"{E} WHERE StartDateTime = »LAST_N_DAYS:-1", MALFORMED, "unexpected token"),
    (f"{E} WHERE StartDateTime = »SOME_DAY", MALFORMED, "unexpected token: 'SOME_DAY'"),
    (f"{E} WHERE StartDateTime LIKE »'2024%'", MALFORMED, "can not be compared with LIKE"),
    (f"{E} WHERE Id > »'001'", ID, " ID: id value of incorrect type: 001"),
    (f"{E} WHERE Id > »'9eI000000000001'", MALFORMED, "operator > is not possible"),
    (f"{E} WHERE OwnerId = »'nobody'", ID, "Owner ID: id value of incorrect type: nobody"),
    (f"{E} WHERE OwnerId = »'005000000000001AAB'", ID, "id value of incorrect type"),
    (f"{E} WHERE IsDeleted > »false", MALFORMED, "operator > is not possible"),
    (f"{E} WHERE StartDateTime < »null", MALFORMED, "operator < is not possible"),
    (f"{E} WHERE Reason INCLUDES (»'x')", MALFORMED, "picklists only"),
    (f"{E} WHERE »HOUR_IN_DAY(Status) = 1", MALFORMED, "does not support the function HOUR_IN_DAY"),
    (f"{E} WHERE »COUNT(Id) = 1", MALFORMED, "unexpected token: 'COUNT'"),
    (f"{E} WHERE »{IN} OR Status = 'x'", MALFORMED, "top level"),
    (f"{E} WHERE Status = 'x' AND (NOT »{IN} AND Type = 'x')", MALFORMED, "top level"),
    (f"{E} WHERE {IN} AND {IN} AND »{IN}", MALFORMED, "at most 2 semi joins"),
    (f"{E} WHERE Status IN (SELECT »Id FROM EngagementTopic)", MALFORMED, "compares an id"),
    (f"{E} WHERE Id IN (SELECT »Name FROM EngagementTopic)", MALFORMED, "compares an id"),
    (f"{E} WHERE Id IN (SELECT Id, Name FROM »EngagementTopic)", MALFORMED, "selects one id"),
    (f"{E} WHERE Id IN (SELECT EngagementId FROM EngagementTopic WHERE »{IN})", MALFORMED, "none within one"),
    # Order and limits
    ("SELECT Id FROM VoiceCall ORDER BY »DisconnectReason", MALFORMED, "can not be sorted in a query call"),
    (f"{E} OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000"),
    # Groups
    ("SELECT Id, »COUNT() FROM EngagementInteraction", MALFORMED, "COUNT() stands alone"),
    ("SELECT »COUNT() FROM EngagementInteraction ORDER BY Name", MALFORMED, "COUNT() stands alone"),
    ("SELECT »COUNT() FROM EngagementInteraction GROUP BY Status", MALFORMED, "COUNT() stands alone"),
    ("SELECT »Status, COUNT(Id) FROM EngagementInteraction", MALFORMED, "Field must be grouped or aggregated: Status"),
    (f"{C} GROUP BY »StartDateTime", MALFORMED, "field 'StartDateTime' can not be grouped in a query call"),
    (f"{C} GROUP BY »InitiatingAttendee.Id", MALFORMED, "can not be grouped in a query call"),
    (f"{C} GROUP BY Status ORDER BY »Type", MALFORMED, "Field must be grouped or aggregated: Type"),
    (f"{C} GROUP BY Status HAVING »Type = 'x'", MALFORMED, "Field must be grouped or aggregated: Type"),
    (f"{C} GROUP BY »ROLLUP(Status), Type", MALFORMED, "ROLLUP stands alone"),
    (f"{C} GROUP BY Status HAVING »{IN}", MALFORMED, "top level"),
    (f"{C} LIMIT »1", MALFORMED, "cannot also use LIMIT"),
    (f"{C} HAVING »COUNT(Id) > 1", MALFORMED, "unexpected token"),
    ("SELECT Status, »Status FROM EngagementInteraction GROUP BY Status", MALFORMED, "duplicate alias: Status"),
    ("SELECT »SUM(Status) FROM EngagementInteraction", MALFORMED, "does not support aggregate operator SUM"),
    ("SELECT »MAX(IsDeleted) FROM EngagementInteraction", MALFORMED, "does not support aggregate operator MAX"),
    ("SELECT »COUNT(Description) FROM VoiceCall", MALFORMED, "does not support aggregate operator COUNT"),
    ("SELECT »SUM(CallDurationInSeconds, Price) FROM VoiceCall", MALFORMED, "SUM takes one field"),
    # Subqueries
    (
        "SELECT (SELECT Id FROM »Nopes) FROM EngagementInteraction",
        TYPE,
        "Didn't understand relationship 'Nopes' in FROM",
    ),
    ("SELECT (SELECT Id FROM »EngagementTopics OFFSET 1) FROM EngagementInteraction", MALFORMED, "WHERE, ORDER BY and"),
    (f"SELECT {CHILD * 20}(SELECT Id FROM »EngagementTopics) FROM EngagementInteraction", MALFORMED, "at most 20"),
    (
        "SELECT (SELECT »COUNT(Id) FROM EngagementTopics) FROM EngagementInteraction",
        MALFORMED,
        "unexpected token: 'COUNT'",
    ),
    (
        "SELECT (SELECT Id, (SELECT Id FROM »Histories) FROM EngagementTopics) FROM EngagementInteraction",
        MALFORMED,
        "1 deep",
    ),
]


@pytest.mark.parametrize(("marked", "code", "words"), REFUSED, ids=[each[0][:90] for each in REFUSED])
def test_refused_with_its_place(marked, code, words):
    before, mark, after = marked.partition("»")
    with pytest.raises(QueryError) as refused:
        Query(before + after, by=make_user("admin"), version=57)
    message = str(refused.value)
    assert (refused.value.code, words in message) == (code, True), message
    assert ("ERROR at" in message) == (f"ERROR at Row:1:Column:{len(before) + 1}\n" in message) == bool(mark), message


def test_the_excerpt_has_a_caret_under_the_place():
    text = "SELECT Id\nFROM EngagementInteraction\nWHERE  Nope = 'x'"
    with pytest.raises(QueryError) as refused:
        Query(text, by=make_user("admin"))
    assert str(refused.value).split("\n") == [
        "",
        "WHERE  Nope = 'x'",
        "       ^",
        "ERROR at Row:3:Column:8",
        "No such column 'Nope' on entity 'EngagementInteraction'. If you are attempting to use a custom field, be sure "
        "to append the '__c' after the custom field name.",
    ]


@pytest.mark.parametrize("kind", [CustomFieldKind.TEXT_AREA, CustomFieldKind.GEOLOCATION])
def test_custom_fields_that_cannot_be_filtered_sorted_or_grouped(kind):
    define_custom_field("EngagementInteraction", "X__c", kind)
    for rest in ("WHERE X__c = null", "ORDER BY X__c", "GROUP BY X__c"):
        with pytest.raises(QueryError, match="can not be"):
            Query(f"SELECT X__c FROM EngagementInteraction {rest}", by=make_user("admin"))
