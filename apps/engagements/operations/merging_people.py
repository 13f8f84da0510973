"""Somebody whom the directory knows twice is known once."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import authorise, drop
from apps.common import clock
from apps.common.errors import NotAllowed, NotFound
from apps.directory import operations as directory
from apps.directory.models import CrmRecord
from apps.engagements.models import Note
from apps.objects import registry
from apps.objects.records import Record


@transaction.atomic
def merge_people(kept: CrmRecord, other: CrmRecord, *, by: User) -> int:
    """What names `other` names `kept`, which gets the number and address that it lacks; `other` is forgotten.

    Returns how many records named it. Their versions tell of it, as of any change.
    Raises Forbidden unless `by` may change and delete such records, NotFound if one of them is gone, and NotAllowed for
    two of different kinds.
    """
    authorise(kept, by, "change")
    authorise(other, by, "delete")
    rows = {row.pk: row for row in CrmRecord.objects.locked().filter(pk__in={kept.pk, other.pk}).order_by("pk")}
    if len(rows) < 2:
        raise NotFound(gettext("no such record"))
    kept, other = rows[kept.pk], rows[other.pk]
    if kept.object_name != other.object_name:
        raise NotAllowed(
            gettext("one is a {object_name}, the other a {object_name2}").format(
                object_name=kept.object_name, object_name2=other.object_name
            )
        )
    stamps = {"last_modified_by": by, "last_modified_date": clock.now(), "system_modstamp": clock.now()}
    moved: int = sum(
        model.with_deleted.filter(**{f"{column}__in": _names(other)}).update(**{column: kept.record_id}, **stamps)
        for model, column in references_to(kept.object_name)
    )
    Note.objects.filter(contact=other).update(contact=kept)
    phone, email = other.phone, other.email
    drop(other, by=by)
    kept.phone, kept.email = kept.phone or phone, kept.email or email
    directory.configure(kept, by=by)
    return moved


def named_by(record: CrmRecord) -> int:
    """How many records name it."""
    found: int = sum(
        model.with_deleted.filter(**{f"{column}__in": _names(record)}).count()
        for model, column in references_to(record.object_name)
    )
    return found


def references_to(object_name: str) -> Iterator[tuple[Any, str]]:
    """The columns that may hold the id of such a record, each with its model."""
    seen = set()
    for sobject in registry.every():
        if not issubclass(sobject.model, Record):
            continue
        for declared, name in sobject.references:
            column = sobject.column_behind(declared.text_column or name)
            if column is None or column.is_relation or object_name not in declared.references:
                continue
            if (sobject.model, column.name) not in seen:
                seen.add((sobject.model, column.name))
                yield sobject.model, column.name


def _names(record: CrmRecord) -> list[str]:
    """Its id in both lengths (C-02)."""
    return [record.record_id, record.record_id[:15]]
