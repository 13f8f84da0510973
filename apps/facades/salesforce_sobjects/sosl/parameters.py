"""A search by parameters (sobjects 9): the same as SOSL with plain words, told in a query string or a JSON body.

What does not concern our objects (data categories, divisions, networks, price books) is accepted and ignored (P-34).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from apps.common.storable import unstorable
from apps.facades.salesforce_sobjects.sosl import terms
from apps.facades.salesforce_sobjects.sosl.errors import MalformedSearch
from apps.facades.salesforce_sobjects.sosl.statement import EVERYWHERE, MOST, USUAL, Search, Target, limit_of, offset_of

_SCOPES = frozenset({EVERYWHERE, "NAME", "EMAIL", "PHONE", "SIDEBAR"})
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)

Given = Mapping[str, Any]


def of_query(given: Mapping[str, Sequence[str]]) -> Search:
    """From a query string: `sobject` and `fields` may come again, `Account.limit` is said of one object."""
    names = _listed([*given.get("sobject", ()), *given.get("sobjects", ())])
    common: dict[str, Any] = {name: values[-1] for name, values in given.items() if values}
    common["fields"] = _listed(given.get("fields", ()))
    objects = []
    for name in dict.fromkeys(names):
        own = {
            key[len(name) + 1 :]: values for key, values in given.items() if key.lower().startswith(f"{name}.".lower())
        }
        options = {key: values[-1] for key, values in own.items() if values}
        objects.append({**options, "name": name, "fields": _listed(own.get("fields", ()))})
    return _search(common, objects)


def _listed(values: Sequence[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def of_body(given: Any) -> Search:
    """From a JSON body, where `sobjects` is a list of what is said of each object."""
    if not isinstance(given, dict):
        raise MalformedSearch("The request body must be an object.")
    if problem := unstorable(given):
        raise MalformedSearch(problem)
    objects = given.get("sobjects") or []
    if not isinstance(objects, list) or not all(isinstance(each, dict) for each in objects):
        raise MalformedSearch("sobjects must be a list of objects.")
    return _search(given, objects)


def _search(given: Given, objects: Sequence[Given]) -> Search:
    scope = _text(given, "in").upper().removesuffix(" FIELDS") or EVERYWHERE
    if scope not in _SCOPES:
        raise MalformedSearch(f"'in' takes one of {', '.join(sorted(_SCOPES))}.")
    return Search(
        terms.plain(_text(given, "q")),
        scope,
        [_target(each, given) for each in objects or [{"name": name} for name in USUAL]],
        limit_of(_digits(given, "overallLimit") or str(MOST)),
        _text(given, "metadata").upper() == "LABELS",
    )


def _target(own: Given, common: Given) -> Target:
    """What is said of the object itself goes before what is said of all."""
    name, where, order = _text(own, "name"), _text(own, "where"), _text(own, "orderBy")
    if not _NAME.fullmatch(name):
        raise MalformedSearch(f"'{name}' is not the name of an object.")
    conditions = [f"WHERE {where}" if where else "", f"ORDER BY {order}" if order else ""]
    return Target(
        name,
        ", ".join(_names(own) or _names(common) or ["Id"]),
        " ".join(conditions),
        limit_of(_digits(own, "limit") or _digits(common, "defaultLimit") or str(MOST)),
        offset_of(_digits(own, "offset") or _digits(common, "offset") or "0"),
    )


def _names(given: Given) -> list[str]:
    names = given.get("fields") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise MalformedSearch("fields must be a list of names.")
    return names


def _text(given: Given, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str | None) or (value and unstorable(value)):
        raise MalformedSearch(f"{name} must be a text.")
    return (value or "").strip()


def _digits(given: Given, name: str) -> str:
    """A number of JSON or of a query string."""
    value = given.get(name)
    text = "" if value is None else str(value).strip()
    if isinstance(value, bool) or (text and not (text.isdecimal() and text.isascii())):
        raise MalformedSearch(f"{name} must be a whole number.")
    return text
