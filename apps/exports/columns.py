"""What a column holds decides how each kind of file writes it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum
from typing import Any, TypeAlias

Row: TypeAlias = Sequence[Any]  # one value, or None, for each column


class Kind(Enum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"  # a moment, with a zone
    JSON = "json"


@dataclass(frozen=True)
class Column:
    """`key` names it for programs (JSON lines, Parquet), `heading` for people (CSV, XLSX)."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT

    def titled(self, zone: tzinfo) -> str:
        """The heading for people; of times with the clock that they are told by."""
        return f"{self.heading} ({zone})" if self.kind is Kind.TIME else str(self.heading)


def moment(at: datetime, zone: tzinfo) -> str:
    """With the offset, to the millisecond."""
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def as_text(value: Any, kind: Kind, zone: tzinfo) -> str:
    """A value as people read it; empty if there is none."""
    if value is None:
        return ""
    if kind is Kind.TIME:
        return moment(value, zone)
    if kind is Kind.BOOLEAN:
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if kind is Kind.JSON else str(value)


_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would work it out, rather than show it."""
    return text.lstrip(" ").startswith(_STARTS_A_FORMULA)
