"""What is written in a query, as Python values."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from lark import Token

from apps.common import clock
from apps.common.storable import unstorable
from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_MOST_DIGITS = 40
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


def value_of(token: Token, text: str) -> Any:
    """A token's value: str, int, float, bool, None, datetime, date, or for a date literal its (start, end) span."""
    match token.type:
        case "TEXT":
            return unquoted(token, text)
        case "INTEGER":
            return integer(token, text)
        case "NUMBER":
            return float(token)
        case "BOOLEAN":
            return token.lower() == "true"
        case "NULL":
            return None
        case "LITERAL":
            return _span(token.lower())
    try:
        return date.fromisoformat(token) if token.type == "DATE" else _moment(token)
    except (ValueError, OverflowError):
        raise MalformedQuery(f"Invalid date: {token}", text, (token.start_pos or 0) + 1) from None


def integer(token: Token, text: str) -> int:
    if len(token) > _MOST_DIGITS:
        raise MalformedQuery("the number is too long", text, (token.start_pos or 0) + 1)
    return int(token)


def _moment(token: str) -> datetime:
    found = parse_datetime(token.upper())
    if found is None:
        raise ValueError(token)
    return found.astimezone(UTC)


def _span(word: str) -> tuple[datetime, datetime]:
    """The calendar day in UTC (P-31)."""
    start = datetime.combine(clock.now().date(), time(), ZoneInfo("UTC")) + timedelta(days=_DAYS[word])
    return start, start + timedelta(days=1)


def unquoted(token: Token, text: str) -> str:
    """A text without its quotes and escapes; `\\_` and `\\%`, which only LIKE knows, stand for themselves here."""
    return _whole(_ESCAPE.sub(lambda found: _escaped(found, token, text), token[1:-1]), token, text)


def pattern(token: Token, text: str) -> str:
    """A LIKE pattern for the database: `%` and `_` as they are, everything else, escaped ones too, literal."""
    parts = []
    for piece in re.findall(r"\\u[0-9A-Fa-f]{4}|\\.|[^\\]", token[1:-1], re.DOTALL):
        if piece in ("%", "_"):
            parts.append(piece)
        else:
            literal = _ESCAPE.sub(lambda found: _escaped(found, token, text), piece)
            parts.append("\\" + literal if literal in ("%", "_", "\\") else literal)
    return _whole("".join(parts), token, text)


def _whole(value: str, token: Token, text: str) -> str:
    """A character beyond 16 bits may be written as the two halves of its escape; a half alone is nothing."""
    try:
        joined = value.encode("utf-16", "surrogatepass").decode("utf-16")
        problem = unstorable(joined)
    except UnicodeDecodeError:
        problem = "text holds half a character"
    if problem:
        raise MalformedQuery(problem, text, (token.start_pos or 0) + 1)
    return joined


def _escaped(found: "re.Match[str]", token: Token, text: str) -> str:
    code = found[1]
    if code in _ESCAPES:
        return _ESCAPES[code]
    if code in ("_", "%"):
        return code
    if len(code) == 5:
        return chr(int(code[1:], 16))
    raise MalformedQuery(f"Illegal escape sequence \\{code}", text, (token.start_pos or 0) + found.start() + 2)
