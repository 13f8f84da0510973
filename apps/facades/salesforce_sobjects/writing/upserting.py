"""Many records of one object by a key that each of them carries (sobjects 10.4)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from apps.accounts.models import User
from apps.facades.salesforce_sobjects.writing.calls import Upserted, operations_of, upsert
from apps.facades.salesforce_sobjects.writing.keys import folded, ids_with_any, one_at_a_time
from apps.facades.salesforce_sobjects.writing.many import create_many, update_many
from apps.facades.salesforce_sobjects.writing.rejections import Mistake, Rejected, Several, tried
from apps.objects.columns import Column
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
        compared = folded(key, value)
        ids = held.get(compared, [])
        if compared in seen:
            message = f"The external id {value} comes more than once in this call"
            targets.append(Rejected(Mistake("DUPLICATE_VALUE", message, [key.name])))
        else:
            targets.append(Several(ids) if len(ids) > 1 else next(iter(ids), None))
        seen.add(compared)
    return targets


def _held(sobject: SObject, key: Column, values: Sequence[str], user: User) -> Mapping[str, Sequence[str]]:
    """Value, as `folded`, -> the ids that have it. Of those that nobody has, nobody else makes records meanwhile."""
    held = ids_with_any(sobject, key, values, user)
    missing = [value for value in values if folded(key, value) not in held]
    if not missing:
        return held
    one_at_a_time(sobject, key, *missing)
    return {**held, **ids_with_any(sobject, key, missing, user)}
