"""Stretches of time that figures are asked for, and the quarter hours that they are kept by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.common import clock
from apps.tenants import scope

QUARTER = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Window:
    """From `start` up to, not including, `end`."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def within(self, other: "Window") -> "Window | None":
        """What of this lies inside the other."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None


def zone() -> ZoneInfo:
    """The zone of the tenant in scope, which fixes its calendar days."""
    return ZoneInfo(scope.tenant().time_zone)


def midnight(day: date, at: ZoneInfo | None = None) -> datetime:
    """When the calendar day of the tenant, or of another zone, begins, in UTC.

    Where the clock skips midnight, the first instant after it.
    """
    return datetime.combine(day, time(), at or zone()).astimezone(UTC)


def day(of: date) -> Window:
    """One calendar day of the tenant: 23 or 25 hours where the clock is changed."""
    return days(of, of)


def days(first: date, last: date, at: ZoneInfo | None = None) -> Window:
    """Calendar days of the tenant, or of another zone, both included."""
    return Window(midnight(first, at), midnight(last + timedelta(days=1), at))


def today(at: datetime | None = None) -> Window:
    """The tenant's calendar day that `at` (default: now) lies in: the query window of cxengage 10.1."""
    return day((at or clock.now()).astimezone(zone()).date())


def quarter_of(at: datetime) -> datetime:
    """When the quarter hour began that this instant lies in."""
    return at - (at - EPOCH) % QUARTER


def hour_of(quarter: datetime) -> Window:
    """The hour of the tenant's clock that a quarter hour lies in: a part of one where the clock is changed within."""
    at = zone()

    def hour(of: datetime) -> object:
        local = of.astimezone(at)
        return local.hour, local.utcoffset()

    start, end = quarter, quarter + QUARTER
    while hour(start - QUARTER) == hour(quarter):
        start -= QUARTER
    while hour(end) == hour(quarter):
        end += QUARTER
    return Window(start, end)


def quarters(window: Window) -> Sequence[Window]:
    """The quarter hours that the window touches, whole."""
    start = quarter_of(window.start)
    count = -((start - window.end) // QUARTER)
    return [Window(start + number * QUARTER, start + (number + 1) * QUARTER) for number in range(count)]
