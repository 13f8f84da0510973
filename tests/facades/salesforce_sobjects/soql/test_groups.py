"""Group functions, GROUP BY and HAVING."""

from datetime import timedelta

import pytest

from tests.builders import make_user
from tests.facades.salesforce_sobjects.soql.asking import CONTACT, T0, ask, attendee, crm, make

FROM = "FROM EngagementInteraction"


@pytest.fixture(autouse=True)
def _rows(in_scope):
    owner = make_user("agent", first_name="Mira")
    crm("Contact", CONTACT, "Ada")
    make(status="New", type="Inbound", owner=owner, initiating_attendee_id=CONTACT)
    make(status="New", type="Outbound", owner=owner, start_date_time=T0 + timedelta(days=31))
    make(status="In Progress", type="Inbound", start_date_time=T0 + timedelta(days=366))
    make()


def test_functions_of_all_rows():
    (row,) = ask(f"SELECT COUNT(Id), COUNT(Status) n, COUNT_DISTINCT(Status), MIN(StartDateTime), MAX(Type) {FROM}")
    assert row == {"expr0": 4, "n": 3, "expr1": 2, "expr2": "2024-03-04T10:20:30.000+0000", "expr3": "Outbound"}
    assert ask("SELECT COUNT(Id), SUM(CallDurationInSeconds) s, AVG(Price) FROM VoiceCall") == [
        {"expr0": 0, "s": None, "expr1": None}
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"SELECT Status, COUNT(Id) {FROM} GROUP BY Status ORDER BY Status",
            [(None, 1), ("New", 2), ("In Progress", 1)],  # a picklist's own order
        ),
        (f"SELECT Status s, COUNT(Id) c {FROM} GROUP BY Status HAVING COUNT(Id) > 1", [("New", 2)]),
        (
            f"SELECT Status {FROM} GROUP BY Status HAVING COUNT(Id) > 1 OR Status = null ORDER BY COUNT(Id)",
            [(None,), ("New",)],
        ),
        (
            f"SELECT Status, Type, COUNT(Id) {FROM} WHERE Status != null GROUP BY Status, Type ORDER BY Status, Type",
            [("New", "Inbound", 1), ("New", "Outbound", 1), ("In Progress", "Inbound", 1)],
        ),
        (
            f"SELECT Status, Type, COUNT(Id) c {FROM} WHERE Status != null GROUP BY ROLLUP(Status, Type) "
            "ORDER BY Status NULLS LAST, Type NULLS LAST",
            [
                ("New", "Inbound", 1),
                ("New", "Outbound", 1),
                ("New", None, 2),
                ("In Progress", "Inbound", 1),
                ("In Progress", None, 1),
                (None, None, 3),
            ],
        ),
        (
            f"SELECT Status, Type, COUNT(Id) c {FROM} WHERE Status = 'New' GROUP BY CUBE(Status, Type) "
            "ORDER BY Status, Type",
            [
                (None, None, 2),
                (None, "Inbound", 1),
                (None, "Outbound", 1),
                ("New", None, 2),
                ("New", "Inbound", 1),
                ("New", "Outbound", 1),
            ],
        ),
        (
            f"SELECT CALENDAR_YEAR(StartDateTime), CALENDAR_MONTH(StartDateTime) m, COUNT(Id) {FROM} "
            "GROUP BY CALENDAR_YEAR(StartDateTime), CALENDAR_MONTH(StartDateTime) "
            "ORDER BY CALENDAR_YEAR(StartDateTime), CALENDAR_MONTH(StartDateTime)",
            [(2024, 3, 2), (2024, 4, 1), (2025, 3, 1)],
        ),
        (
            f"SELECT Owner.Name n, COUNT(Id) {FROM} GROUP BY Owner.Name HAVING Owner.Name = 'mira'",
            [("Mira", 2)],
        ),
        (
            f"SELECT InitiatingAttendee.Name n, InitiatingAttendee.Type, COUNT(Id) {FROM} "
            "GROUP BY InitiatingAttendee.Name, InitiatingAttendee.Type ORDER BY InitiatingAttendee.Name DESC",
            [(None, None, 3), ("Ada", "Contact", 1)],
        ),
        (f"SELECT toLabel(Status), FORMAT(COUNT(Id)) {FROM} GROUP BY Status LIMIT 1 OFFSET 5", []),
        (f"SELECT COUNT(Id) c, Status {FROM} GROUP BY Status ORDER BY c DESC, Status LIMIT 1", [(2, "New")]),
    ],
)
def test_groups(text, expected):
    assert [tuple(row.values()) for row in ask(text)] == expected


def test_keys_are_fields_aliases_or_numbered():
    (row,) = ask(f"SELECT Type, COUNT(Id), MAX(StartDateTime) last, MIN(Status) {FROM} GROUP BY Type LIMIT 1")
    assert list(row) == ["Type", "expr0", "last", "expr1"]


def test_references_are_ids_in_groups():
    one = attendee(make(status="Completed"))
    attendee(one.engagement)
    rows = ask(
        "SELECT EngagementId, COUNT(Id) FROM EngagementAttendee GROUP BY EngagementId HAVING EngagementId != null"
    )
    assert rows == [{"EngagementId": one.engagement.public_id, "expr0": 2}]


def test_parts_of_a_date():
    parts = {
        "CALENDAR_QUARTER": 1,
        "FISCAL_YEAR": 2024,
        "DAY_IN_WEEK": 2,  # a Monday
        "DAY_IN_MONTH": 4,
        "DAY_IN_YEAR": 64,
        "WEEK_IN_MONTH": 1,
        "WEEK_IN_YEAR": 10,
        "HOUR_IN_DAY": 10,
        "DAY_ONLY": "2024-03-04",
    }
    for name, expected in parts.items():
        part = f"{name}(StartDateTime)"
        assert ask(f"SELECT {part} {FROM} WHERE InitiatingAttendeeId != null GROUP BY {part}") == [{"expr0": expected}]
    tokyo = make_user("admin", time_zone="Asia/Tokyo")
    part = "HOUR_IN_DAY(convertTimezone(StartDateTime))"
    assert ask(f"SELECT {part} h {FROM} WHERE {part} = 19 GROUP BY {part}", by=tokyo) == [{"h": 19}]
