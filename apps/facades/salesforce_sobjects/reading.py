"""One record, or those that belong to one, as the object API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.common.errors import NotFound
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects import payloads
from apps.facades.salesforce_sobjects.writing.keys import identified
from apps.facades.salesforce_sobjects.writing.rejections import IS_DELETED, NOT_FOUND, Rejected
from apps.objects import registry
from apps.objects.columns import ID, Column, column_of, columns_of, parents_of
from apps.objects.registry import SObject

_STAMP = "SystemModstamp"


@dataclass(frozen=True)
class Found:
    """A record's values by column path. `stamp` is when it was written last, where that is known."""

    row: dict[str, Any]
    stamp: datetime | None

    def shown(self, sobject: SObject, columns: Sequence[Column], version: str) -> dict[str, Any]:
        fields = {column.name: column.value(self.row) for column in columns}
        return payloads.record(sobject, fields[ID.api_name], fields, version)


def one(sobject: SObject, record_id: str, columns: Sequence[Column], user: User) -> Found:
    """The record of this id, if the user may see it. Raises Rejected (P-30)."""
    stamp = column_of(sobject, _STAMP)
    extra = {"deleted_at"} if hasattr(sobject.model, "with_deleted") else set()
    paths = {path for column in (*columns, *([stamp] if stamp else [])) for path in column.reads} | extra
    row = visible(sobject, user, with_deleted=True).filter(identified(sobject, record_id)).values(*paths).first()
    if row is None:
        raise Rejected(NOT_FOUND)
    if row.get("deleted_at") is not None:
        raise Rejected(IS_DELETED)
    return Found(row, row[stamp.path] if stamp else None)


def parent_of(sobject: SObject, record_id: str, relationship: str, user: User) -> tuple[SObject, str] | None:
    """The object and id at the other end of a reference; None if the object has no such relationship.

    Raises NotFound where the reference is empty or leads to nothing that is held here.
    """
    parent = parents_of(sobject).get(relationship.lower())
    if parent is None:
        return None
    found = one(sobject, record_id, [parent.column], user)
    other_id = parent.column.value(found.row) or ""
    target = next((each for each in parent.targets if each.with_id(other_id) is not None), None)
    if target is None:
        raise NotFound("no parent")
    return target, other_id


def children_of(sobject: SObject, relationship: str) -> tuple[SObject, Column] | None:
    """The object of the records below, and its field that names this one; None if there is no such relationship."""
    children = {name.lower(): child for name, child in sobject.children.items()}
    if (found := children.get(relationship.lower())) is None:
        return None
    name, accessor = found
    child = registry.named(name)
    link = sobject.model._meta.get_field(accessor).field.name  # type: ignore[union-attr]
    return child, next(each for each in columns_of(child).values() if any(path == f"{link}_id" for path in each.reads))
