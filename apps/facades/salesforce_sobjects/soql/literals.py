"""What is written in a query, as Python values."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from lark import Token

from apps.common.storable import unstorable
from apps.facades.salesforce_sobjects.soql.dates import in_range, span
from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_CURRENCY = re.compile(r"[A-Za-z]{3}(\d+(?:\.\d+)?)", re.ASCII)
_WORDS = {"TRUE": True, "FALSE": False, "NULL": None}
_MOST_DIGITS = 40


class Literals:
    """The values of one query's text; `now` and `zone` are what its date literals are counted from."""

    def __init__(self, text: str, now: datetime, zone: ZoneInfo) -> None:
        self.text = text
        self.now = now
        self.zone = zone

    def value(self, token: Token) -> Any:
        """str, int, Decimal, bool, None, datetime, date, or for a date literal its Span. Raises MalformedQuery."""
        match token.type:
            case "TEXT":
                return self.unquoted(token)
            case "INTEGER":
                return self.integer(token)
            case "NUMBER":
                return self._decimal(token, str(token))
            case "WORD":
                return self._word(token)
        return self._date(token)

    def integer(self, token: Token) -> int:
        if len(token) > _MOST_DIGITS:
            raise self.refusal("the number is too long", token)
        return int(token)

    def unquoted(self, token: Token) -> str:
        """A text without its quotes and escapes; `\\_` and `\\%`, which only LIKE knows, stand for themselves here."""
        return self._whole(_ESCAPE.sub(lambda found: self._escaped(found, token), token[1:-1]), token)

    def pattern(self, token: Token) -> str:
        """A LIKE pattern for the database: `%` and `_` as they are, everything else, escaped ones too, literal."""
        parts = []
        for piece in re.findall(r"\\u[0-9A-Fa-f]{4}|\\.|[^\\]", token[1:-1], re.DOTALL):
            if piece in ("%", "_"):
                parts.append(piece)
            else:
                literal = _ESCAPE.sub(lambda found: self._escaped(found, token), piece)
                parts.append("\\" + literal if literal in ("%", "_", "\\") else literal)
        return self._whole("".join(parts), token)

    def refusal(self, problem: str, token: Token) -> MalformedQuery:
        return MalformedQuery(problem, self.text, token.start_pos or 0)

    def _word(self, token: Token) -> Any:
        word = token.upper()
        if word in _WORDS:
            return _WORDS[word]
        if amount := _CURRENCY.fullmatch(token):  # there is one currency, whatever it is called
            return self._decimal(token, amount[1])
        try:
            found = span(word, self.now, self.zone)
        except (OverflowError, ValueError):
            raise self.refusal(f"Invalid date: {token}", token) from None
        if found is None:
            raise self.refusal(f"unexpected token: '{token}'", token)
        return found

    def _date(self, token: Token) -> date:
        """A date or a moment, the moment in UTC."""
        found: date | None = None
        try:
            if token.type == "DATE":
                found = date.fromisoformat(token)
            else:
                moment = parse_datetime(token.upper())
                found = moment.astimezone(UTC) if moment else None
        except (ValueError, OverflowError):
            pass
        if found is None or not in_range(found):
            raise self.refusal(f"Invalid date: {token}", token)
        return found

    def _decimal(self, token: Token, digits: str) -> Decimal:
        value = Decimal(digits) if len(digits) <= _MOST_DIGITS else None
        if value is None or (value and abs(value.adjusted()) > _MOST_DIGITS):
            raise self.refusal("the number is too long", token)
        return value

    def _whole(self, value: str, token: Token) -> str:
        """A character beyond 16 bits may be written as the two halves of its escape; a half alone is nothing."""
        try:
            joined = value.encode("utf-16", "surrogatepass").decode("utf-16")
            problem = unstorable(joined)
        except UnicodeDecodeError:
            problem = "text holds half a character"
        if problem:
            raise self.refusal(problem, token)
        return joined

    def _escaped(self, found: "re.Match[str]", token: Token) -> str:
        code = found[1]
        if code in _ESCAPES:
            return _ESCAPES[code]
        if code in ("_", "%"):
            return code
        if len(code) == 5:
            return chr(int(code[1:], 16))
        at = (token.start_pos or 0) + found.start() + 1
        raise MalformedQuery(f"Illegal escape sequence \\{code}", self.text, at)
