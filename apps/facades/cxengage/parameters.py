"""Numbers and times in a query string (X-12 to X-20)."""

import re
from datetime import UTC, datetime, timedelta

from django.http import QueryDict

from apps.common.errors import FieldProblem, Invalid, Problem

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 1000
_LARGEST_NUMBER = 2**53  # what every JSON client can hold
_MIDNIGHT = re.compile(r"T24(?=(:?00(:?00([.,]0+)?)?)?(Z|[+-][\d:]+)?$)", re.IGNORECASE)
_PLUS = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$", re.IGNORECASE)  # one that nobody escaped arrives as a blank


def paging(query: QueryDict, default: int = DEFAULT_LIMIT) -> tuple[int, int, int | None]:
    """Limit, offset and page; a page decides the offset (X-13)."""
    limit = _number(query, "limit", default, LARGEST_LIMIT)
    offset = _number(query, "offset", 0, _LARGEST_NUMBER)
    if not query.get("page"):
        return limit, offset, None
    page = _number(query, "page", 0, _LARGEST_NUMBER)
    return limit, page * limit, page


def _number(query: QueryDict, name: str, default: int, largest: int) -> int:
    text = query.get(name)
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,16}", text) or int(text) > largest:
        raise _refused(name, f"must be between 0 and {largest}")
    return int(text)


def time_range(query: QueryDict) -> tuple[datetime | None, datetime | None]:
    """Begin and end of the range; either may be open (X-17). Of the two spellings one is used at a time (X-14)."""
    new, old = ("start", "end"), ("startTimeRange", "endTimeRange")
    if any(query.get(name) for name in new) and (mixed := next((name for name in old if query.get(name)), None)):
        raise _refused(mixed, "cannot be mixed with start and end")
    first, last = old if any(query.get(name) for name in old) else new
    start, end = _time(query, first), _time(query, last)
    if start and end and start > end:
        raise _refused("start" if first == "start" else first, "must not be later than the end")
    return start, end


def _time(query: QueryDict, name: str) -> datetime | None:
    """ISO 8601; without a zone it is UTC (X-19), and hour 24 is the next day's first instant (X-18)."""
    text = query.get(name)
    if not text:
        return None
    plain, was_midnight = _MIDNIGHT.subn("T00", _PLUS.sub(r"\1+\2", text))
    try:
        at = datetime.fromisoformat(plain) + timedelta(days=was_midnight)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refused(name, "must be a date and time in ISO 8601") from None


def _refused(name: str, message: str) -> Invalid:
    return Invalid(FieldProblem(Problem.OUT_OF_RANGE, [name], message))
