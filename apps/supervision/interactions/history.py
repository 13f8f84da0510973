"""What was written over: every version of the record, its attendees and topics, told as field by field changes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common.display import stamp
from apps.engagements.models import EngagementInteraction
from apps.objects.models import CustomField
from apps.topics.models import EngagementTopic

MOST = 500  # versions of each kind of record; the newest are shown
# Stamps and keys that move with every change, or say what another column says.
_SILENT = {"id", "xid", "tenant", "uuid", "created_date", "created_by", "last_modified_date", "last_modified_by"} | {
    "phone_key",
    "stage_since",
    "engagement",
    "voice_call",
}


OPERATION = "operation"  # a step of the live contact, which stamps nobody: its event in the journal says who


@dataclass(frozen=True)
class Change:
    at: datetime
    record: str
    field: str  # its documented name, or the column's
    was: str
    now: str
    by: str


def history_of(interaction: EngagementInteraction) -> list[Change]:
    """Newest first."""
    key = interaction.pk
    found = [
        *_changes(EngagementInteraction, {"pgh_obj_id": key}),
        *_changes(EngagementAttendee, {"engagement_id": key}),
        *_changes(EngagementTopic, {"engagement_id": key}),
    ]
    return sorted(found, key=lambda change: change.at)[::-1]  # what one transaction did stays in its order


def _changes(model: Any, of: Mapping[str, Any]) -> Iterator[Change]:
    versions_model = model._meta.get_field("events").related_model
    rows = list(versions_model.objects.filter(**of).order_by("-pgh_id")[:MOST])
    rows.sort(key=lambda row: (row.pgh_obj_id, row.pgh_id))
    tell = _Teller(model, rows)
    for _, versions in groupby(rows, key=lambda row: row.pgh_obj_id):
        before = None
        for version in versions:
            yield from tell.between(before, version)
            before = version


class _Teller:
    """Puts versions of one kind of record into words, with names for the rows that they point to."""

    def __init__(self, model: Any, rows: list[Any]) -> None:
        self.model = model
        kept = model._meta.get_field("events").related_model._meta.fields
        names = [column.name for column in kept if not column.name.startswith("pgh_")]
        self.columns = [model._meta.get_field(name) for name in names if name not in _SILENT]
        self.names = _names(rows, [*self.columns, model._meta.get_field("last_modified_by")])
        own = CustomField.objects.filter(object_name=model.sobject.name)
        self.own = dict(own.values_list("key", "api_name"))
        self.documented = {column: declared.api_name for declared, column in model.sobject.fields.values()}

    def between(self, before: Any, after: Any) -> Iterator[Change]:
        who = self.value("last_modified_by", after)
        if before is None:
            if after.pgh_label == "insert":
                yield Change(after.pgh_created_at, self.record(after), "created", "", "", who)
            return
        by = who if after.last_modified_date != before.last_modified_date else OPERATION
        for column in self.columns:
            was, now = getattr(before, column.attname), getattr(after, column.attname)
            if was != now:
                for name, old, new in self.fields(column, was, now):
                    yield Change(after.pgh_created_at, self.record(after), name, old, new, by)

    def fields(self, column: Any, was: Any, now: Any) -> Iterator[tuple[str, str, str]]:
        if isinstance(was, dict) and isinstance(now, dict):
            for key in sorted(was.keys() | now.keys()):
                if was.get(key) != now.get(key):
                    yield (
                        self.own.get(key, key) if column.name == "custom_fields" else f"UserData.{key}",
                        _text(was.get(key)),
                        _text(now.get(key)),
                    )
            return
        name = self.documented.get(column.name, str(capfirst(column.verbose_name)))
        yield name, self.shown(column, was), self.shown(column, now)

    def record(self, version: Any) -> str:
        """What it is, in the reader's language; empty for the contact itself."""
        noun = self.model.sobject.label.rpartition(" ")[2].lower()
        return "" if self.model is EngagementInteraction else gettext(noun)

    def value(self, name: str, version: Any) -> str:
        column = self.model._meta.get_field(name)
        return self.shown(column, getattr(version, column.attname))

    def shown(self, column: Any, value: Any) -> str:
        if column.is_relation and value is not None:
            return self.names.get((column.related_model, value), f"#{value}")
        if column.choices and column.name not in self.documented:
            return str(dict(column.flatchoices).get(value, value or ""))
        return _text(value)


def _names(rows: Iterable[Any], columns: Iterable[Any]) -> dict[tuple[Any, int], str]:
    """Names of everything that any version points to: one query for each kind."""
    wanted: dict[Any, set[int]] = {}
    for column in columns:
        if column.is_relation:
            keys = {getattr(row, column.attname) for row in rows} - {None}
            wanted.setdefault(column.related_model, set()).update(keys)
    found: dict[tuple[Any, int], str] = {}
    for model, keys in wanted.items():
        if keys:
            queryset: models.QuerySet[Any] = model._default_manager.filter(pk__in=keys)
            if hasattr(model, "user"):
                queryset = queryset.select_related("user")
            found |= {(model, row.pk): row.name if isinstance(row, User) else str(row) for row in queryset}
    return found


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return stamp(value) if isinstance(value, datetime) else str(value)
