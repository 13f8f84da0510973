"""What `/composite` and `/composite/batch` take, read as a whole before anything runs (sobjects 10.1, 10.2)."""

import re
from typing import Any

from apps.facades.salesforce_sobjects.composite.subrequests import Step
from apps.facades.salesforce_sobjects.errors import Malformed

MOST_STEPS = 25
_MOST_SETS = 5
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_BASE = "/services/data/"
_VERSIONED = re.compile(r"v\d{1,3}\.0/", re.ASCII)
_SETS = re.compile(r"/services/data/v\d+\.0/(query|queryAll|composite/sobjects)(/|\?|$)", re.ASCII)
_REFERENCE_ID = re.compile(r"\w+", re.ASCII)
STRICT_REFERENCE_IDS_SINCE = 52
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_OWN_HEADERS = frozenset({"accept", "authorization", "content-type"})


def composite(body: Any, version: int) -> tuple[list[Step], bool]:
    """The subrequests, and whether they stand or fall together."""
    items = listed(body, "compositeRequest", MOST_STEPS)
    steps = [
        Step(
            method=_method(item),
            url=_text(item, "url"),
            body=item.get("body"),
            headers=_headers(item.get("httpHeaders")),
            reference_id=_reference_id(item, version),
        )
        for item in items
    ]
    if len({step.reference_id for step in steps}) < len(steps):
        raise malformed("Every referenceId must be unique.")
    if sum(bool(_SETS.match(step.url)) for step in steps) > _MOST_SETS:
        raise Malformed("EXCEEDED_ID_LIMIT", f"At most {_MOST_SETS} subrequests may be queries or collections.")
    return steps, flag(body, "allOrNone")


def batch(body: Any) -> tuple[list[Step], bool]:
    """The subrequests, and whether a failure halts the rest."""
    items = listed(body, "batchRequests", MOST_STEPS)
    steps = []
    for item in items:
        url = _text(item, "url")
        if not _VERSIONED.match(url):
            raise malformed(f"The url of a subrequest begins with its version: {url[:200]}")
        steps.append(Step(_method(item), _BASE + url, item.get("richInput")))
    return steps, flag(body, "haltOnError")


def listed(body: Any, name: str, most: int, *, least: int = 1) -> list[dict[str, Any]]:
    """The objects in the body's list of that name."""
    items = body.get(name) if isinstance(body, dict) else None
    if not isinstance(items, list) or len(items) < least:
        raise malformed(f"The request needs a list of {name}.")
    if not all(isinstance(item, dict) for item in items):
        raise malformed(f"Every item of {name} must be an object.")
    if len(items) > most:
        raise Malformed("EXCEEDED_ID_LIMIT", f"At most {most} items of {name} can be submitted in one call.")
    return items


def flag(body: Any, name: str) -> bool:
    known = {None: False, False: False, True: True, "true": True, "false": False}
    value = body.get(name)
    if not isinstance(value, bool | str | None) or value not in known:
        raise malformed(f"{name} must be true or false.")
    return known[value]


def malformed(message: str) -> Malformed:
    return Malformed("JSON_PARSER_ERROR", message)


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not value:
        raise malformed(f"A subrequest needs its {name}.")
    return value


def _method(item: dict[str, Any]) -> str:
    method = _text(item, "method").upper()
    if method not in _METHODS:
        raise malformed(f"A subrequest cannot have the method {method[:20]}.")
    return method


def _reference_id(item: dict[str, Any], version: int) -> str:
    name = _text(item, "referenceId")
    if version >= STRICT_REFERENCE_IDS_SINCE and not _REFERENCE_ID.fullmatch(name):
        raise malformed(f"A referenceId takes letters, numbers and underscores: {name[:80]}")
    return name


def _headers(sent: Any) -> dict[str, str]:
    """The subrequest's own headers; what the whole call decides cannot be among them."""
    if sent is None:
        return {}
    if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
        raise malformed("httpHeaders must be an object of texts.")
    for name in sent:
        if not _HEADER.fullmatch(name) or name.lower() in _OWN_HEADERS:
            raise malformed(f"A subrequest cannot have the header {name[:80]}.")
    return sent
