"""What JSON can say and PostgreSQL's jsonb cannot keep."""

import math
import re
from collections.abc import Mapping
from typing import Any

_DEEPEST = 32
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def unstorable(value: Any, depth: int = 0) -> str | None:
    """Why the database would refuse this JSON value; None if it keeps it."""
    if depth > _DEEPEST:
        return f"nested deeper than {_DEEPEST} levels"
    if isinstance(value, str):
        return _bad_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "a number is out of range"
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple)):
        parts = list(value)
    else:
        return None
    return next((problem for part in parts if (problem := unstorable(part, depth + 1))), None)


def _bad_text(text: str) -> str | None:
    found = _UNSTORABLE.search(text)
    if found is None:
        return None
    return "text holds a null character" if found[0] == "\x00" else "text holds half a character"
