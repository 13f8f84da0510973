"""Reading a body: every value that is missing or not what it should be is named (X-04)."""

from typing import Any
from uuid import UUID

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.storable import unstorable
from apps.facades.cxengage.payloads.formats import uuid_of

_LONGEST = 65_535


class Body:
    """What was sent. A value that was not sent, or is null where that means nothing, is the default."""

    def __init__(self, sent: Any) -> None:
        if not isinstance(sent, dict):
            raise Invalid(FieldProblem(Problem.MALFORMED, [], "an object is expected"))
        for name, value in sent.items():
            if why := unstorable({name: value}):
                raise Invalid(FieldProblem(Problem.MALFORMED, [name], why))
        self.sent: dict[str, Any] = sent

    def __contains__(self, name: str) -> bool:
        return name in self.sent

    def text(self, name: str, default: str | None = None, *, longest: int = 255) -> str:
        """Required unless there is a default."""
        value = self.sent.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise _refused(name, "must be a text")
        if len(value) > longest:
            raise _refused(name, f"must have at most {longest} characters")
        return value.strip() if longest <= 255 else value

    def long_text(self, name: str, default: str) -> str:
        return self.text(name, default, longest=_LONGEST)

    def flag(self, name: str, default: bool) -> bool:
        value = self.sent.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise _refused(name, "must be true or false")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.sent.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _refused(name, f"must be a whole number between {least} and {most}")
        return value

    def word(self, name: str, default: str, words: tuple[str, ...]) -> str:
        value = self.sent.get(name)
        if value is None:
            return default
        if value not in words:
            raise _refused(name, f"must be one of {', '.join(words)}")
        return str(value)

    def uuid(self, name: str) -> UUID | None:
        """Null or absent: None."""
        value = self.sent.get(name)
        found = uuid_of(value) if isinstance(value, str) else None
        if value is not None and found is None:
            raise _refused(name, "must be a UUID")
        return found

    def rows(self, name: str) -> list["Body"]:
        """A list of objects; absent: none."""
        value = self.sent.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > 1000 or not all(isinstance(each, dict) for each in value):
            raise _refused(name, "must be a list of objects")
        return [Body(each) for each in value]


def _refused(name: str, message: str) -> Invalid:
    return Invalid(FieldProblem(Problem.MALFORMED, [name], message))


def unknown(name: str) -> Invalid:
    """A reference to what is not there."""
    return Invalid(FieldProblem(Problem.NO_SUCH_RECORD, [name], "there is no such one"))
