"""Opening hours by the wall's clock: days, nights, holidays, and the hours that come twice or never."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.queues.week import Span, Week

LONDON = ZoneInfo("Europe/London")
WORKDAYS = {day: [(time(9), time(12)), (time(13), time(17, 30))] for day in range(5)}


def at(text: str, zone: ZoneInfo = LONDON, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-02T08:59:59.999999", False),
        ("2026-03-02T09:00", True),
        ("2026-03-02T12:00", False),
        ("2026-03-02T13:00", True),
        ("2026-03-02T17:30", False),
        ("2026-03-07T10:00", False),  # a Saturday
    ],
)
def test_a_day_has_its_intervals(moment: str, is_open: bool) -> None:
    assert Week(LONDON, WORKDAYS).is_open(at(moment)) is is_open


def test_nine_is_nine_in_winter_and_in_summer() -> None:
    week = Week(LONDON, WORKDAYS)
    assert week.next_change(at("2026-03-27T18:00")) == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert week.next_change(at("2026-03-20T18:00")) == datetime(2026, 3, 23, 9, tzinfo=UTC)


def test_a_night_belongs_to_the_evening_it_begins() -> None:
    week = Week(LONDON, {4: [(time(22), time(6))]})
    assert week.is_open(at("2026-03-06T22:00"))
    assert week.is_open(at("2026-03-07T05:59"))
    assert not week.is_open(at("2026-03-07T06:00"))
    assert not week.is_open(at("2026-03-06T05:00"))


def test_midnight_to_midnight_is_the_whole_day() -> None:
    week = Week(LONDON, {0: [(time(), time())]})
    assert week.next_change(at("2026-03-01T12:00")) == at("2026-03-02T00:00")
    assert week.next_change(at("2026-03-02T12:00")) == at("2026-03-03T00:00")


def test_a_holiday_closes_its_day_and_what_the_evening_before_had_left() -> None:
    week = Week(LONDON, {day: [(time(22), time(6))] for day in range(7)}, dates={date(2026, 12, 25): []})
    assert week.is_open(at("2026-12-24T23:59"))
    assert not week.is_open(at("2026-12-25T00:00"))
    assert not week.is_open(at("2026-12-25T23:00"))
    assert not week.is_open(at("2026-12-26T01:00"))
    assert week.is_open(at("2026-12-26T22:00"))


def test_a_yearly_day_comes_every_year_and_one_of_its_own_goes_first() -> None:
    week = Week(LONDON, WORKDAYS, dates={date(2027, 1, 1): [(time(10), time(11))]}, yearly={(1, 1): [], (2, 29): []})
    assert not week.is_open(at("2026-01-01T10:00"))
    assert week.is_open(at("2027-01-01T10:30"))
    assert not week.is_open(at("2028-02-29T10:00"))


def test_the_hour_that_never_comes() -> None:
    """On 29 March the clock goes from 01:00 to 02:00: hours that begin in between begin at the jump."""
    week = Week(LONDON, {6: [(time(1, 30), time(3))]})
    assert week.next_change(at("2026-03-28T12:00")) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert week.next_change(at("2026-03-29T02:30")) == datetime(2026, 3, 29, 2, tzinfo=UTC)


def test_the_hour_that_comes_twice() -> None:
    """On 25 October 01:00 to 02:00 comes twice: hours that end in between are open in both."""
    week = Week(LONDON, {6: [(time(0), time(1, 30))]})
    for fold in (0, 1):
        assert week.is_open(at("2026-10-25T01:15", fold=fold))
        assert not week.is_open(at("2026-10-25T01:45", fold=fold))
    assert week.next_change(at("2026-10-25T01:45")) == datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_a_week_without_hours_never_opens() -> None:
    assert Week(LONDON, {}).next_change(at("2026-03-02T09:00")) is None


minutes = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
spans = st.lists(st.tuples(minutes, minutes), max_size=3)
zones = st.sampled_from(
    ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Asia/Beirut"]
).map(ZoneInfo)
# The clocks of all these zones change in March and April, and again in September to November.
SPRING, AUTUMN = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
moments = st.builds(
    lambda first, minutes: first + timedelta(minutes=minutes), st.sampled_from([SPRING, AUTUMN]), st.integers(0, 97_000)
)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    days = draw(st.dictionaries(st.integers(0, 6), spans, max_size=7))
    holidays: dict[date, list[Span]] = draw(
        st.dictionaries(st.dates(date(2026, 3, 1), date(2026, 11, 10)), spans, max_size=4)
    )
    return Week(draw(zones), days, holidays)


def by_minutes(week: Week, moment: datetime) -> bool:
    """The same said otherwise: every minute of the wall's clock is open or closed."""
    wall = moment.astimezone(week.zone).replace(tzinfo=None)
    day = wall.date()
    minute = wall.hour * 60 + wall.minute
    begun = [(day, 0)] if week.differs(day) else [(day - timedelta(days=1), 1440), (day, 0)]
    for begins_on, passed in begun:
        for opens, closes in week.spans(begins_on):
            start, stop = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
            if start <= minute + passed < (stop if stop > start else stop + 1440):
                return True
    return False


@settings(max_examples=200, deadline=None)
@given(week=weeks(), moment=moments)
def test_open_is_what_the_wall_says(week: Week, moment: datetime) -> None:
    assert week.is_open(moment) == by_minutes(week, moment)


@settings(max_examples=100, deadline=None)
@given(week=weeks(), moment=moments)
def test_nothing_changes_before_the_next_change(week: Week, moment: datetime) -> None:
    """All zones' clocks shift by whole quarters of hours, so that looking every quarter sees every change."""
    change = week.next_change(moment)
    now = week.is_open(moment)
    step = moment - timedelta(minutes=moment.minute % 15)
    for _ in range(4 * 24 * 9):
        step += timedelta(minutes=15)
        if change is not None and step >= change:
            assert week.is_open(change) != now
            return
        assert week.is_open(step) == now
