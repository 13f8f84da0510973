"""Many records of one object by a key that each of them carries (sobjects 10.4)."""

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import Q

from apps.accounts.models import User
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.writing.calls import Upserted, operations_of, upsert
from apps.facades.salesforce_sobjects.writing.keys import with_key
from apps.facades.salesforce_sobjects.writing.many import create_many, tried, update_many
from apps.facades.salesforce_sobjects.writing.rejections import Mistake, Rejected, Several
from apps.objects.columns import ID, Column, column_of
from apps.objects.registry import SObject


def upsert_many(
    sobject: SObject, key: Column, bodies: Sequence[Mapping[str, Any]], user: User
) -> list[Upserted | Rejected]:
    """Update the record with each body's key, or create it with the key. A key counts once in one call."""
    operations_of(sobject, "upsert")
    rests = [{name: value for name, value in body.items() if not _is_key(key, name)} for body in bodies]
    values = [tried(partial(_value, key, body)) for body in bodies]
    targets = _targets(sobject, key, values, user)
    results: list[Any] = list(targets)
    updates = [index for index, target in enumerate(targets) if isinstance(target, str)]
    creates = [index for index, target in enumerate(targets) if target is None]
    changes = [(targets[index], rests[index]) for index in updates]
    for index, done in zip(updates, update_many(sobject, changes, user), strict=True):
        results[index] = done if isinstance(done, Rejected) else Upserted(done, created=False)
    keyed = [{**rests[index], **({key.name: values[index]} if values[index] else {})} for index in creates]
    for index, done in zip(creates, create_many(sobject, keyed, user), strict=True):
        results[index] = done if isinstance(done, Rejected) else Upserted(done, created=True)
        if isinstance(done, Rejected) and any(mistake.code == "DUPLICATE_VALUE" for mistake in done.mistakes):
            value = str(values[index])  # somebody was quicker
            results[index] = tried(partial(upsert, sobject, key, value, rests[index], user))
    return results


def _is_key(key: Column, name: str) -> bool:
    return name.lower() == key.name.lower()


def _value(key: Column, body: Mapping[str, Any]) -> str | None:
    """The key that the body carries; without an Id a record is new."""
    value = next((value for name, value in body.items() if _is_key(key, name)), None)
    if isinstance(value, str) and value.strip():
        return value.strip()
    if key.declared.type == "id" and value in (None, ""):
        return None
    raise Rejected(Mistake("MISSING_ARGUMENT", f"{key.name} not specified", [key.name]))


def _targets(sobject: SObject, key: Column, values: Sequence[Any], user: User) -> list[Any]:
    """The id that each value stands for, None for a record that is to be made, or what is wrong."""
    if key.declared.type == "id":
        return list(values)
    held = _held(sobject, key, [value for value in values if isinstance(value, str)], user)
    targets: list[Any] = []
    seen: set[str] = set()
    for value in values:
        if isinstance(value, Rejected):
            targets.append(value)
            continue
        folded = _folded(key, value)
        ids = held.get(folded, [])
        if folded in seen:
            message = f"Duplicate external id specified: {value}"
            targets.append(Rejected(Mistake("DUPLICATE_VALUE", message, [key.name])))
        else:
            targets.append(Several(ids) if len(ids) > 1 else next(iter(ids), None))
        seen.add(folded)
    return targets


def _held(sobject: SObject, key: Column, values: Sequence[str], user: User) -> Mapping[str, list[str]]:
    """Value -> the ids of the records that have it."""
    conditions = [condition for value in values if (condition := with_key(sobject, key, value)) is not None]
    own_id = column_of(sobject, ID.api_name)
    assert own_id is not None
    found: dict[str, list[str]] = {}
    if conditions:
        rows = visible(sobject, user).filter(reduce(or_, conditions, Q())).values(*own_id.reads, *key.reads)
        for row in rows:
            found.setdefault(_folded(key, key.value(row)), []).append(own_id.value(row))
    return found


def _folded(key: Column, value: str) -> str:
    return value if key.case_sensitive else value.lower()
