"""Date literals: their spans, in the user's calendar (sobjects 8.3, P-31)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.facades.salesforce_sobjects.soql import Query
from apps.facades.salesforce_sobjects.soql.dates import span
from tests.builders import make_user
from tests.facades.salesforce_sobjects.soql.asking import make, reasons

NOW = datetime(2024, 5, 15, 10, 30, tzinfo=UTC)  # a Wednesday
SPANS = {
    "YESTERDAY": ("2024-05-14", "2024-05-15"),
    "today": ("2024-05-15", "2024-05-16"),
    "TOMORROW": ("2024-05-16", "2024-05-17"),
    "LAST_WEEK": ("2024-05-05", "2024-05-12"),
    "THIS_WEEK": ("2024-05-12", "2024-05-19"),
    "NEXT_WEEK": ("2024-05-19", "2024-05-26"),
    "LAST_MONTH": ("2024-04-01", "2024-05-01"),
    "THIS_MONTH": ("2024-05-01", "2024-06-01"),
    "NEXT_MONTH": ("2024-06-01", "2024-07-01"),
    "LAST_QUARTER": ("2024-01-01", "2024-04-01"),
    "THIS_QUARTER": ("2024-04-01", "2024-07-01"),
    "NEXT_QUARTER": ("2024-07-01", "2024-10-01"),
    "LAST_YEAR": ("2023-01-01", "2024-01-01"),
    "THIS_FISCAL_YEAR": ("2024-01-01", "2025-01-01"),
    "NEXT_FISCAL_QUARTER": ("2024-07-01", "2024-10-01"),
    "LAST_90_DAYS": ("2024-02-15", "2024-05-16"),
    "NEXT_90_DAYS": ("2024-05-16", "2024-08-14"),
    "LAST_N_DAYS:3": ("2024-05-12", "2024-05-16"),
    "LAST_N_DAYS:0": ("2024-05-15", "2024-05-16"),
    "NEXT_N_DAYS:3": ("2024-05-16", "2024-05-19"),
    "N_DAYS_AGO:3": ("2024-05-12", "2024-05-13"),
    "LAST_N_WEEKS:2": ("2024-04-28", "2024-05-12"),
    "NEXT_N_WEEKS:2": ("2024-05-19", "2024-06-02"),
    "N_WEEKS_AGO:1": ("2024-05-05", "2024-05-12"),
    "LAST_N_MONTHS:6": ("2023-11-01", "2024-05-01"),
    "N_MONTHS_AGO:5": ("2023-12-01", "2024-01-01"),
    "NEXT_N_MONTHS:8": ("2024-06-01", "2025-02-01"),
    "LAST_N_QUARTERS:2": ("2023-10-01", "2024-04-01"),
    "N_FISCAL_QUARTERS_AGO:2": ("2023-10-01", "2024-01-01"),
    "LAST_N_YEARS:2": ("2022-01-01", "2024-01-01"),
    "NEXT_N_FISCAL_YEARS:1": ("2025-01-01", "2026-01-01"),
    "N_YEARS_AGO:300": ("1724-01-01", "1725-01-01"),
}


@pytest.mark.parametrize("literal", SPANS)
def test_days(literal):
    found = span(literal, NOW, ZoneInfo("UTC"))
    assert found is not None
    assert found.days == tuple(map(date.fromisoformat, SPANS[literal]))


def test_some_days_up_to_now():
    start, end = span("LAST_N_DAYS:1", NOW, ZoneInfo("UTC")).instants
    assert (start, end - timedelta(milliseconds=1)) == (datetime(2024, 5, 14, tzinfo=UTC), NOW)


def test_the_day_is_the_users_own():
    start, end = span("TODAY", NOW.replace(hour=20), ZoneInfo("Asia/Tokyo")).instants
    assert (start, end) == (datetime(2024, 5, 15, 15, tzinfo=UTC), datetime(2024, 5, 16, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    "literal", ["LAST", "LAST_N_DAYS", "LAST_DAY", "THIS_N_DAYS:3", "TODAY:3", "N_DAYS_AGO", "NOW", "LAST_N_DAYS:-3"]
)
def test_no_literal(literal):
    assert span(literal, NOW, ZoneInfo("UTC")) is None


UNITS = st.sampled_from(["DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"])
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Apia", "Europe/Lisbon"]).map(ZoneInfo)


@given(UNITS, st.integers(1, 200), MOMENTS, ZONES)
def test_several_units_follow_each_other_without_a_gap(unit, number, now, zone):
    def days(literal):
        return span(literal, now, zone).days

    assert days(f"N_{unit}S_AGO:{number}")[1] == days(f"N_{unit}S_AGO:{number - 1}")[0]
    past, future = days(f"LAST_N_{unit}S:{number}"), days(f"NEXT_N_{unit}S:{number}")
    assert past[0] == days(f"N_{unit}S_AGO:{number}")[0]
    present = days("TODAY" if unit == "DAY" else f"THIS_{unit}")
    assert past[1] == (present[1] if unit == "DAY" else present[0])
    assert future[0] == present[1]
    assert present[0] <= now.astimezone(zone).date() < present[1]


@pytest.mark.usefixtures("in_scope")
def test_comparisons_with_a_span():
    admin = make_user("admin", time_zone="Asia/Tokyo")
    for reason, at in {
        "before": "2024-05-14T14:59:59",
        "first": "2024-05-14T15:00:00",
        "last": "2024-05-15T14:59:59",
        "after": "2024-05-15T15:00:00",
    }.items():
        make(reason=reason, start_date_time=f"{at}Z")
    found = {}
    for operator in ("=", "!=", "<", "<=", ">", ">="):
        query = f"SELECT Reason FROM EngagementInteraction WHERE StartDateTime {operator} TODAY ORDER BY StartDateTime"
        found[operator] = [row["Reason"] for row in Query(query, by=admin, now=NOW).page().records]
    assert found == {
        "=": ["first", "last"],
        "!=": ["before", "after"],
        "<": ["before"],
        "<=": ["before", "first", "last"],
        ">": ["after"],
        ">=": ["first", "last", "after"],
    }
    assert reasons("StartDateTime IN (N_DAYS_AGO:1, 2024-05-15T15:00:00Z)", by=admin, now=NOW + timedelta(days=1)) == [
        "after",
        "first",
        "last",
    ]
