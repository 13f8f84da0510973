"""Custom fields are fields: selected, compared by their kind, sorted, grouped, counted."""

import pytest

from apps.objects.models import CustomFieldKind as Kind
from apps.objects.operations import define_custom_field, define_picklist_value
from tests.facades.salesforce_sobjects.soql.asking import ask, make, reasons, topic

FROM = "FROM EngagementInteraction"
KINDS = {
    "Text__c": Kind.TEXT,
    "Long__c": Kind.TEXT_AREA,
    "Check__c": Kind.CHECKBOX,
    "Day__c": Kind.DATE,
    "At__c": Kind.DATE_TIME,
    "Mail__c": Kind.EMAIL,
    "Tel__c": Kind.PHONE,
    "Link__c": Kind.URL,
    "Number__c": Kind.NUMBER,
    "Percent__c": Kind.PERCENT,
    "Money__c": Kind.CURRENCY,
    "Pick__c": Kind.PICKLIST,
    "Place__c": Kind.GEOLOCATION,
}
VALUES = {
    "Text__c": "Ünlaut",
    "Long__c": "long",
    "Check__c": True,
    "Day__c": "2024-03-04",
    "At__c": "2024-03-04T10:20:30.000Z",
    "Mail__c": "a@example.org",
    "Tel__c": "+44 20",
    "Link__c": "https://example.org",
    "Number__c": 10,
    "Percent__c": 0.5,
    "Money__c": 1234.5,
    "Pick__c": "zebra",
    "Place__c": {"latitude": 51.5, "longitude": -0.12},
}


@pytest.fixture(autouse=True)
def fields(in_scope):
    """One interaction with all of them, one with other values, one with none."""
    for name, kind in KINDS.items():
        define_custom_field("EngagementInteraction", name, kind)
    for position, value in enumerate(("zebra", "ant")):
        define_picklist_value("EngagementInteraction", "Pick__c", value, label=f"The {value}", position=position)
    keys = {name: name for name in KINDS}
    make(reason="a", custom_fields={keys[name]: value for name, value in VALUES.items()})
    make(reason="b", custom_fields={"Number__c": 9, "Pick__c": "ant", "Text__c": "b", "Check__c": False})
    make(reason="c")


def test_all_kinds_are_selected():
    (row,) = ask(f"SELECT {', '.join(KINDS)}, place__latitude__s, Place__Longitude__s {FROM} WHERE Reason = 'a'")
    assert row == VALUES | {
        "At__c": "2024-03-04T10:20:30.000+0000",
        "Place__Latitude__s": 51.5,
        "Place__Longitude__s": -0.12,
    }
    assert set(ask(f"SELECT FIELDS(CUSTOM) {FROM} WHERE Reason = 'a' LIMIT 1")[0]) == {
        *KINDS,
        "Place__Latitude__s",
        "Place__Longitude__s",
    }
    (empty,) = ask(f"SELECT {', '.join(KINDS)}, Place__Latitude__s {FROM} WHERE Reason = 'c'")
    assert {name for name, value in empty.items() if value is not None} == {"Check__c"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Text__c = 'ünlaut'", "a"),
        ("Text__c LIKE 'ü%'", "a"),
        ("Text__c != 'b'", "ac"),
        ("Text__c = null", "c"),
        ("Number__c > 9.5", "a"),
        ("Number__c <= 9", "b"),
        ("Number__c IN (9, 10)", "ab"),
        ("Number__c NOT IN (9)", "ac"),
        ("Money__c = USD1234.5", "a"),
        ("Percent__c < 1e0", "a"),
        ("Check__c = true", "a"),
        ("Check__c = false", "bc"),
        ("Check__c != null", "abc"),
        ("Day__c = 2024-03-04", "a"),
        ("Day__c < TODAY AND CALENDAR_MONTH(Day__c) = 3", "a"),
        ("At__c > 2024-03-04T10:20:29Z AND At__c < LAST_YEAR", "a"),
        ("At__c = null", "bc"),
        ("Mail__c LIKE '%@EXAMPLE.org'", "a"),
        ("Pick__c IN ('Ant', 'zebra')", "ab"),
        ("toLabel(Pick__c) = 'The ant'", "b"),
        ("toLabel(Pick__c) != 'The ant'", "ac"),
        ("Place__Latitude__s > 51 AND Place__Longitude__s < 0", "a"),
        ("Place__Latitude__s = null", "bc"),
    ],
)
def test_conditions(where, expected):
    assert "".join(reasons(where)) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Number__c", "cba"),  # as numbers, not as texts
        ("Number__c DESC NULLS LAST", "abc"),
        ("Pick__c", "cab"),  # in the picklist's order
        ("toLabel(Pick__c)", "cba"),
        ("Text__c NULLS LAST", "bac"),
        ("Check__c DESC, Reason DESC", "acb"),
        ("Place__Latitude__s NULLS LAST, Reason", "abc"),
        ("Day__c NULLS LAST, Reason", "abc"),
    ],
)
def test_order(order, expected):
    assert "".join(row["Reason"] for row in ask(f"SELECT Reason {FROM} ORDER BY {order}")) == expected


def test_groups_functions_and_labels():
    (row,) = ask(f"SELECT SUM(Number__c), AVG(Number__c) a, MAX(Day__c), MIN(At__c), COUNT(Text__c) {FROM}")
    assert row == {"expr0": 19, "a": 9.5, "expr1": "2024-03-04", "expr2": "2024-03-04T10:20:30.000+0000", "expr3": 2}
    rows = ask(f"SELECT Pick__c, Check__c, COUNT(Id) {FROM} GROUP BY Pick__c, Check__c ORDER BY Pick__c")
    assert [tuple(row.values()) for row in rows] == [(None, False, 1), ("zebra", True, 1), ("ant", False, 1)]
    by_year = f"SELECT CALENDAR_YEAR(Day__c) y, COUNT(Id) {FROM} WHERE Day__c != null GROUP BY CALENDAR_YEAR(Day__c)"
    assert ask(by_year) == [{"y": 2024, "expr0": 1}]
    assert ask(f"SELECT toLabel(Pick__c), FORMAT(Money__c), FORMAT(Day__c) {FROM} WHERE Reason = 'a'") == [
        {"Pick__c": "The zebra", "Money__c": "1,234.50", "Day__c": "3/4/2024"}
    ]


def test_through_a_parent_and_of_a_parent():
    define_custom_field("EngagementTopic", "Score__c", Kind.NUMBER)
    for number in (2, 10):
        topic(make(custom_fields={"Number__c": number}), "t", custom_fields={"Score__c": number})
    rows = ask("SELECT (SELECT Score__c FROM EngagementTopics WHERE Score__c > 1) FROM EngagementInteraction")
    assert [row["EngagementTopics"]["records"][0]["Score__c"] for row in rows if row["EngagementTopics"]] == [2, 10]
    ordered = ask("SELECT Score__c FROM EngagementTopic ORDER BY Score__c DESC")
    assert [row["Score__c"] for row in ordered] == [10, 2]
