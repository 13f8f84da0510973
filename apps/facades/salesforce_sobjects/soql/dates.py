"""Date literals: each is a span of days as the user's calendar has them (sobjects 8.3, P-31)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
_UNITS = r"(WEEK|MONTH|(?:FISCAL_)?QUARTER|(?:FISCAL_)?YEAR)"
_ONE = re.compile(rf"(LAST|THIS|NEXT)_{_UNITS}")
_SEVERAL = re.compile(r"(LAST|NEXT)_N_(DAY|WEEK|MONTH|(?:FISCAL_)?QUARTER|(?:FISCAL_)?YEAR)S")
_AGO = re.compile(r"N_(DAY|WEEK|MONTH|(?:FISCAL_)?QUARTER|(?:FISCAL_)?YEAR)S_AGO")
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_FIRST, _LAST = date(1700, 1, 1), date(4000, 12, 31)
_RESOLUTION = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Span:
    """From the day `first` to before the day `after`; `until` ends it earlier, at an instant, where one is known."""

    first: date
    after: date
    zone: ZoneInfo
    until: datetime | None = None

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Beginning and end, the end excluded."""
        return midnight(self.first, self.zone), self.until or midnight(self.after, self.zone)

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.after


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def in_range(value: date) -> bool:
    """Whether a date, or a moment's date, can be meant."""
    return _FIRST.year <= value.year <= _LAST.year


def span(literal: str, now: datetime, zone: ZoneInfo) -> Span | None:
    """The span of a literal such as `LAST_N_DAYS:3`; None if there is no such literal. Raises OverflowError."""
    word, _, number = literal.upper().partition(":")
    if word in ("LAST_90_DAYS", "NEXT_90_DAYS") and not number:
        word, number = word.replace("90", "N"), "90"
    found = _units(word, int(number)) if number else _one_unit(word)
    if found is None:
        return None
    unit, start, end = found
    today = now.astimezone(zone).date()
    first, after = _start(unit, today, start), _start(unit, today, end)
    if not _FIRST <= first <= after <= _LAST:
        raise OverflowError
    until = now + _RESOLUTION if word == "LAST_N_DAYS" else None  # up to now, today included
    return Span(first, after, zone, until)


def _one_unit(word: str) -> tuple[str, int, int] | None:
    """Unit, and from which to before which of them, counted from the present one."""
    if word in _DAYS:
        return "DAY", _DAYS[word], _DAYS[word] + 1
    if match := _ONE.fullmatch(word):
        start = {"LAST": -1, "THIS": 0, "NEXT": 1}[match[1]]
        return match[2], start, start + 1
    return None


def _units(word: str, number: int) -> tuple[str, int, int] | None:
    if number < 0:
        return None
    if match := _AGO.fullmatch(word):
        return match[1], -number, 1 - number
    match = _SEVERAL.fullmatch(word)
    if match is None:
        return None
    if match[1] == "NEXT":
        return match[2], 1, number + 1
    return match[2], -number, 1 if match[2] == "DAY" else 0


def _start(unit: str, today: date, number: int) -> date:
    """The first day of the unit that many units from today's."""
    unit = unit.removeprefix("FISCAL_")  # the fiscal year is the calendar's
    if unit == "DAY":
        return today + timedelta(days=number)
    if unit == "WEEK":  # begins on Sunday
        return today + timedelta(days=7 * number - today.isoweekday() % 7)
    months = _MONTHS[unit]
    index = (today.year * 12 + today.month - 1) // months * months + number * months
    if not 12 <= index < 12 * 9999:
        raise OverflowError
    return date(index // 12, index % 12 + 1, 1)
