"""The calls: create, update, upsert, delete, undelete of one record."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.common.errors import Forbidden, Invalid, NotAllowed, NotFound, Outdated, SwitchroomError
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.writing.bodies import read_changes, read_new
from apps.facades.salesforce_sobjects.writing.keys import identified, ids_with, one_at_a_time
from apps.facades.salesforce_sobjects.writing.objects import OPERATIONS, Operations
from apps.facades.salesforce_sobjects.writing.rejections import (
    FORBIDDEN,
    IS_DELETED,
    NOT_FOUND,
    Mistake,
    Names,
    Rejected,
    Several,
    rejection_of,
)
from apps.objects.columns import Column
from apps.objects.records import Record
from apps.objects.registry import SObject


@dataclass(frozen=True)
class Upserted:
    id: str
    created: bool


def create(sobject: SObject, body: Any, user: User) -> str:
    """Write a new record; returns its id. What is rejected leaves the caller's transaction usable."""
    operations = operations_of(sobject, "create")
    sent = read_new(sobject, body, operations.draft(), by=user)
    with _rejecting(sent.names), transaction.atomic():
        operations.create(sent.draft, by=user)
    return sobject.id_of(sent.draft.row.pk)


def update(sobject: SObject, record_id: str, body: Any, user: User, *, unchanged_since: datetime | None = None) -> None:
    """Write over the fields that the body names. Raises Outdated, too, if it was written after `unchanged_since`."""
    operations = operations_of(sobject, "update")
    row = find(sobject, record_id, user)
    sent = read_changes(row, sobject, body, by=user)
    with _rejecting(sent.names), transaction.atomic():
        operations.revise(row, sent.draft, by=user, unchanged_since=unchanged_since)


def upsert(
    sobject: SObject,
    key: Column,
    value: str,
    body: Any,
    user: User,
    *,
    update_only: bool = False,
    unchanged_since: datetime | None = None,
) -> Upserted:
    """Update the one record with this key, or create it with the key. Two at the same moment make one record.

    Raises Several if more than one has the key.
    """
    operations_of(sobject, "upsert")
    if not (value := value.strip()):  # or the record would be one without a key
        raise Rejected(Mistake("INVALID_FIELD", f"{key.name} not specified", [key.name]))
    body = without_key(sobject, key, value, body)
    found = _the_one(sobject, key, value, user)
    if found is None and not update_only:
        one_at_a_time(sobject, key, value)
        found = _the_one(sobject, key, value, user)
    if found:
        update(sobject, found, body, user, unchanged_since=unchanged_since)
        return Upserted(found, created=False)
    if update_only:
        raise Rejected(NOT_FOUND)
    try:
        return Upserted(create(sobject, {**body, key.name: value}, user), created=True)
    except Rejected as rejected:
        taken = any(mistake.code == "DUPLICATE_VALUE" for mistake in rejected.mistakes)
        found = _the_one(sobject, key, value, user) if taken else None
        if found is None:
            raise
    update(sobject, found, body, user, unchanged_since=unchanged_since)  # a create was quicker
    return Upserted(found, created=False)


def delete(sobject: SObject, record_id: str, user: User) -> None:
    """Put the record into the recycle bin."""
    operations = operations_of(sobject, "delete")
    row = find(sobject, record_id, user)
    require_right(operations, row, user)
    with _rejecting(Names(sobject)):
        operations.delete(row, by=user)


def undelete(sobject: SObject, record_id: str, user: User) -> str:
    """Take the record out of the recycle bin (P-19); returns its id."""
    operations = operations_of(sobject, "undelete")
    row = find(sobject, record_id, user, with_deleted=True)
    require_right(operations, row, user)
    with _rejecting(Names(sobject)), transaction.atomic():
        operations.undelete(row, by=user)
    return sobject.id_of(row.pk)


def find(sobject: SObject, record_id: str, user: User, *, with_deleted: bool = False) -> Any:
    """The record of this id that the user may see. Raises Rejected as P-30 says."""
    row = visible(sobject, user, with_deleted=True).filter(identified(sobject, record_id)).first()
    if row is None:
        raise Rejected(NOT_FOUND)
    if getattr(row, "deleted_at", None) is not None and not with_deleted:
        raise Rejected(IS_DELETED)
    return row


def operations_of(sobject: SObject, call: str) -> Operations:
    """What stands behind the object's calls. Raises Rejected if it has no such call."""
    if call not in sobject.calls or sobject.name not in OPERATIONS:
        raise Rejected(Mistake("METHOD_NOT_ALLOWED", f"{sobject.name} does not support {call}"))
    return OPERATIONS[sobject.name]


def require_right(operations: Operations, row: Record, user: User) -> None:
    """Raises Rejected if the user may not take the record away or bring it back."""
    if not user.manages_everything and not operations.may_delete(row, user):
        raise Rejected(FORBIDDEN)


def _the_one(sobject: SObject, key: Column, value: str, user: User) -> str | None:
    found = ids_with(sobject, key, value, user)
    if len(found) > 1:
        raise Several(found)
    return found[0] if found else None


def without_key(sobject: SObject, key: Column, value: str, body: Any) -> dict[str, Any]:
    """The value in the address wins; the body may repeat it, not contradict it (P-21)."""
    if not isinstance(body, Mapping):
        raise Rejected(Mistake("JSON_PARSER_ERROR", f"A record of {sobject.name} must be a JSON object"))
    repeated = {name: each for name, each in body.items() if name.lower() == key.name.lower()}
    if any(not isinstance(each, str) or each.strip() != value for each in repeated.values()):
        message = f"The {key.name} field should not be specified in the sobject data."
        raise Rejected(Mistake("INVALID_FIELD", message, [key.name]))
    return {name: each for name, each in body.items() if name not in repeated}


@contextmanager
def _rejecting(names: Names) -> Iterator[None]:
    """What the domain refuses is rejected in the object API's words."""
    try:
        yield
    except Outdated:
        raise
    except SwitchroomError as error:
        raise rejected(error, names) from error


def rejected(error: SwitchroomError, names: Names) -> Rejected:
    """A refusal of the domain in the object API's words."""
    match error:
        case Invalid():
            return rejection_of(error.problems, names)
        case NotFound():
            return Rejected(IS_DELETED)
        case Forbidden():
            return Rejected(FORBIDDEN)
        case NotAllowed():
            return Rejected(Mistake("UNDELETE_FAILED", str(error)))
    raise error
