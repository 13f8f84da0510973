"""Who changed a row of the set-up and what belongs to it: the audit log's entries of the one object."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from apps.audit.models import AuditEntry
from apps.common.uses import parts
from apps.supervision.audit.reading import Line, line_of

SHOWN = 100


def changes_of(row: models.Model) -> list[Line]:
    """The newest first. Where a column leads to another object, that object's name stands in place of its key."""
    wanted = Q(object_kind=row._meta.label_lower, object_key=str(row.pk))
    for part in parts(row):
        name, kind = part.field.name, part.model._meta.label_lower
        keys = [str(key) for key in part.rows.values_list("pk", flat=True)[:SHOWN]]
        touched = Q(**{f"details__{name}__contains": [row.pk]})
        wanted |= Q(object_kind=kind) & (Q(object_key__in=keys) | touched)
    entries = list(AuditEntry.objects.filter(wanted).order_by("-at", "-id")[:SHOWN])
    names = _names(entries)
    for entry in entries:
        entry.details = _in_words(entry, names)
    return [line_of(entry) for entry in entries]


def _links(entry: AuditEntry) -> Iterator[tuple[str, type[models.Model], Sequence[Any]]]:
    """Columns that lead somewhere, with what they held before and after."""
    try:
        meta = apps.get_model(entry.object_kind)._meta
    except (LookupError, ValueError):
        return
    for field in meta.concrete_fields:
        held = entry.details.get(field.name)
        if field.is_relation and isinstance(held, list):
            yield field.name, field.related_model, held


def _names(entries: Sequence[AuditEntry]) -> Mapping[type[models.Model], Mapping[int, str]]:
    """One query for each kind of object that any entry leads to."""
    wanted: defaultdict[type[models.Model], set[int]] = defaultdict(set)
    for entry in entries:
        for _, model, held in _links(entry):
            wanted[model] |= {key for key in held if isinstance(key, int)}
    return {model: {row.pk: str(row) for row in _rows(model, keys)} for model, keys in wanted.items()}


def _rows(model: Any, keys: set[int]) -> "models.QuerySet[Any]":
    found: models.QuerySet[Any] = model._base_manager.filter(pk__in=keys)
    return found.select_related("user") if any(field.name == "user" for field in model._meta.fields) else found


def _in_words(entry: AuditEntry, names: Mapping[type[models.Model], Mapping[int, str]]) -> dict[str, Any]:
    told = dict(entry.details)
    for name, model, held in _links(entry):
        told[name] = [names[model].get(key, str(key)) if key is not None else None for key in held]
    return told
