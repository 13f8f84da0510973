"""A parent that a body names by a key of its own in place of its id (P-17)."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.accounts.models import User
from apps.facades.salesforce_sobjects.writing.keys import ids_with, key_column
from apps.facades.salesforce_sobjects.writing.rejections import Mistake, Rejected
from apps.objects.columns import Parent
from apps.objects.registry import SObject


def id_of_parent(sobject: SObject, parent: Parent, value: Any, by: User) -> str | None:
    """The id of the one record that it means; None for null. Raises Rejected naming the foreign key."""
    if value is None:
        return None
    field = parent.column.name
    sent = {name: each for name, each in value.items() if name.lower() != "attributes"} if _is_object(value) else {}
    if len(sent) != 1:
        raise _rejected(f"{parent.name} takes one external id field", field)
    [(name, key)] = sent.items()
    target = _target(parent, value, name)
    column = key_column(target, name) if target else None
    if target is None or column is None:
        raise _rejected(f"{parent.name} needs its type in attributes, and an external id field of that type", field)
    found: Sequence[str] = ids_with(target, column, key.strip(), by) if isinstance(key, str) else ()
    if len(found) == 1:
        return found[0]
    problem = "not found" if not found else "not unique"
    raise _rejected(f"Foreign key external ID: {key} {problem} for field {field} in entity {target.name}", field)


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
