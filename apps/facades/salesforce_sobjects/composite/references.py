"""`@{newCall.id}`: what an earlier subrequest answered, put into a later one's address and body (sobjects 10.1)."""

import re
from typing import Any
from urllib.parse import quote

from apps.facades.salesforce_sobjects.errors import Malformed

NULLS_SINCE = 52  # the version that lets a reference be null
_DEEPEST = 64
_REFERENCE = re.compile(r"@\{([^{}]*)\}")
_PATH = re.compile(r"(\w+)((?:\.\w+|\[\d{1,9}\])+)", re.ASCII)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]", re.ASCII)


class Unresolved(Exception):
    """Names nothing that has been answered."""


class Answered:
    """The bodies that succeeded so far, by their case-sensitive reference ids."""

    def __init__(self, version: int) -> None:
        self._bodies: dict[str, Any] = {}
        self._takes_nulls = version >= NULLS_SINCE

    def keep(self, reference_id: str, body: Any) -> None:
        self._bodies[reference_id] = body

    def in_url(self, url: str) -> str:
        """The address with its references filled in, encoded so that no value changes its structure."""
        return _REFERENCE.sub(lambda found: quote(_text(self._look_up(found[1])), safe="/"), url)

    def in_body(self, value: Any, depth: int = 0) -> Any:
        """The body with its references filled in. One that is the whole text becomes the value itself."""
        if depth > _DEEPEST:
            raise Malformed("JSON_PARSER_ERROR", f"A body is nested deeper than {_DEEPEST} levels.")
        if isinstance(value, dict):
            return {key: self.in_body(each, depth + 1) for key, each in value.items()}
        if isinstance(value, list):
            return [self.in_body(each, depth + 1) for each in value]
        if not isinstance(value, str):
            return value
        whole = _REFERENCE.fullmatch(value)
        if whole:
            return self._look_up(whole[1])
        return _REFERENCE.sub(lambda found: _text(self._look_up(found[1])), value)

    def _look_up(self, reference: str) -> Any:
        path = _PATH.fullmatch(reference)
        if path is None or path[1] not in self._bodies:
            raise Unresolved(_unresolved(reference))
        value = self._bodies[path[1]]
        for name, index in _STEP.findall(path[2]):
            try:
                value = value[name] if name else _listed(value)[int(index)]
            except (KeyError, IndexError, TypeError):
                raise Unresolved(_unresolved(reference)) from None
        if value is None and not self._takes_nulls:
            raise Unresolved(_unresolved(reference))
        return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unresolved(reference: str) -> str:
    return f"The reference {reference[:200]} has no value."
