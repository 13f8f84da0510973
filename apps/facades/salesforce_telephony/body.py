"""Reading one request body: the lenient value rules of voice 2.5, and every complaint collected."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework.exceptions import ParseError

from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.storable import unstorable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**31 - 1  # int32


class Body:
    """`refusals` answer 400. `notes` are values that cannot be used where the rest of the request can (V-44)."""

    def __init__(self, data: Any, *, is_lenient: bool = False) -> None:
        if not isinstance(data, Mapping):
            raise ParseError("The body must be an object.")
        self.data = {name: value for name, value in data.items() if value is not None}  # V-09: null is absent
        self.refusals: list[FieldProblem] = []
        self.notes: list[FieldProblem] = []
        self._bad_values = self.notes if is_lenient else self.refusals

    def done(self) -> None:
        """Raise Invalid with all refusals, the missing properties first."""
        if self.refusals:
            raise Invalid(*sorted(self.refusals, key=lambda problem: problem.problem != Problem.REQUIRED))

    def has(self, name: str) -> bool:
        return name in self.data

    def text(self, name: str, *, required: bool = False, longest: int | None = None) -> str | None:
        value = self.data.get(name)
        if value is None or value == "":
            if required:
                self.refuse(name, Problem.REQUIRED, f"{name} is required")
            return None
        if not isinstance(value, str):
            self._wrong_type(name, "text")
            return None
        if unstorable(value):
            self._bad(name, Problem.MALFORMED, f"{name} has characters that no text can hold")
            return None
        if longest and len(value) > longest:
            self._bad(name, Problem.TOO_LONG, f"{name} is longer than {longest} characters")
            return None
        return value

    def time(self, name: str, *, required: bool = False) -> datetime | None:
        """ISO 8601, or milliseconds since 1970 as a number or digits (V-07)."""
        value = self.data.get(name)
        if value is None or value == "":
            if required:
                self.refuse(name, Problem.REQUIRED, f"{name} is required")
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self._wrong_type(name, "a time")
            return None
        try:
            return _time(value)
        except (ValueError, OverflowError):
            self._bad(name, Problem.MALFORMED, f"{name} is no readable time")
            return None

    def word(self, name: str, words: Iterable[str], *, required: bool = False) -> str | None:
        """One of the documented words, compared without case and given in the documented spelling (V-09)."""
        value = self.text(name, required=required)
        if value is None:
            return None
        spelling = {word.lower(): word for word in words}
        if value.lower() not in spelling:
            self._bad(name, Problem.NOT_IN_PICKLIST, f"{name} must be one of {', '.join(spelling.values())}")
            return None
        return spelling[value.lower()]

    def whole(self, name: str) -> int | None:
        """A count or seconds: a number, a whole float or digits (V-09)."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 20:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            self._wrong_type(name, "a whole number")
            return None
        if not 0 <= value <= _LARGEST:
            self._bad(name, Problem.OUT_OF_RANGE, f"{name} is out of range")
            return None
        return int(value)

    def flag(self, name: str) -> bool | None:
        """True or false; XML has them as words."""
        value = self.data.get(name)
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.strip().lower(), value)
        if value is None or isinstance(value, bool):
            return value
        self._wrong_type(name, "true or false")
        return None

    def items(self, name: str) -> list[Any]:
        """A list; XML has a list of one as the one."""
        value = self.data.get(name, [])
        return value if isinstance(value, list) else [value]

    def refuse(self, name: str, problem: Problem, message: str) -> None:
        self.refusals.append(FieldProblem(problem, (name,), message, self.data.get(name)))

    def _wrong_type(self, name: str, expected: str) -> None:
        self.refuse(name, Problem.MALFORMED, f"{name} must be {expected}")

    def _bad(self, name: str, problem: Problem, message: str) -> None:
        self._bad_values.append(FieldProblem(problem, (name,), message, self.data.get(name)))


def _time(value: str | float) -> datetime:
    if isinstance(value, str) and not value.strip().isdecimal():
        read = datetime.fromisoformat(value.strip())
        read = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    else:
        read = _EPOCH + timedelta(milliseconds=int(value))
    if not 1900 <= read.year <= 2999:  # beyond that, time zones overflow
        raise ValueError("no year of ours")
    return clock.to_millisecond(read)
