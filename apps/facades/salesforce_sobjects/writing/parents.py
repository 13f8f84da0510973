"""A parent that a body names by a key of its own in place of its id (P-17)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from apps.accounts.models import User
from apps.facades.salesforce_sobjects.writing.keys import folded, ids_with_any, key_column
from apps.facades.salesforce_sobjects.writing.rejections import Mistake, Rejected, tried
from apps.objects.columns import Column, Parent, parents_of
from apps.objects.registry import SObject


@dataclass(frozen=True)
class _Meant:
    """The record of this object with this key."""

    target: SObject
    column: Column
    key: Any


class Parents:
    """The parents that the bodies of one call name by keys of their own, found with one query for each kind of key."""

    def __init__(self, sobject: SObject, bodies: Iterable[Any], by: User) -> None:
        known = parents_of(sobject)
        asked: dict[tuple[str, str], list[_Meant]] = {}
        for meant in (each for body in bodies for each in _all_meant(known, body)):
            asked.setdefault((meant.target.name, meant.column.name), []).append(meant)
        self._found = {
            kind: ids_with_any(alike[0].target, alike[0].column, {each.key for each in alike}, by)
            for kind, alike in asked.items()
        }

    def id_of(self, parent: Parent, value: Any) -> str | None:
        """The id of the one record that it means; None for null. Raises Rejected naming the foreign key."""
        if value is None:
            return None
        meant = _meant(parent, value)
        held = self._found.get((meant.target.name, meant.column.name), {})
        found = held.get(folded(meant.column, meant.key), ()) if isinstance(meant.key, str) else ()
        if len(found) == 1:
            return found[0]
        problem = "not found" if not found else "not unique"
        field, target = parent.column.name, meant.target.name
        raise _rejected(f"Foreign key external ID: {meant.key} {problem} for field {field} in entity {target}", field)


def _all_meant(known: Mapping[str, Parent], body: Any) -> Iterator[_Meant]:
    for name, value in body.items() if isinstance(body, Mapping) else ():
        parent = known.get(name.lower()) if _is_object(value) else None
        meant = tried(partial(_meant, parent, value)) if parent else None
        if isinstance(meant, _Meant) and isinstance(meant.key, str):
            yield meant


def _meant(parent: Parent, value: Any) -> _Meant:
    """Raises Rejected for what names no key."""
    field = parent.column.name
    sent = {name: each for name, each in value.items() if name.lower() != "attributes"} if _is_object(value) else {}
    if len(sent) != 1:
        raise _rejected(f"{parent.name} takes one external id field", field)
    [(name, key)] = sent.items()
    target = _target(parent, value, name)
    column = key_column(target, name) if target else None
    if target is None or column is None:
        raise _rejected(f"{parent.name} needs its type in attributes, and an external id field of that type", field)
    return _Meant(target, column, key.strip() if isinstance(key, str) else key)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) for name in value)


def _target(parent: Parent, value: Mapping[str, Any], name: str) -> SObject | None:
    """The object that is meant. One of several has to be named, unless the key belongs to one of them only."""
    attributes = next((each for key, each in value.items() if key.lower() == "attributes"), None)
    wanted = attributes.get("type") if isinstance(attributes, Mapping) else None
    if isinstance(wanted, str):
        fitting = [each for each in parent.targets if each.name.lower() == wanted.lower()]
    elif len(parent.targets) == 1:
        return parent.targets[0]
    else:
        fitting = [each for each in parent.targets if key_column(each, name)]
    return fitting[0] if len(fitting) == 1 else None


def _rejected(message: str, field: str) -> Rejected:
    return Rejected(Mistake("INVALID_FIELD", message, [field]))
