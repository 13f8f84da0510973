"""Which records refer to an object's records, and by what name (sobjects 4.5, childRelationships)."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from apps.facades.salesforce_sobjects.describing.fields import is_deleted_with
from apps.objects import registry
from apps.objects.columns import Column, columns_of
from apps.objects.registry import SObject


def children_of(parent: SObject) -> list[dict[str, Any]]:
    """Every reference of every object to this one. One without a name cannot be used in a subquery."""
    return [
        {
            "cascadeDelete": is_deleted_with(child, column),
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": column.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": _name(parent, child, column),
            "restrictedDelete": False,
        }
        for child in registry.every()
        for column in columns_of(child).values()
        if parent.name in column.declared.references
    ]


def _name(parent: SObject, child: SObject, column: Column) -> str | None:
    accessors = set(_accessors(parent, child, column))
    for name, (object_name, accessor) in parent.children.items():
        if object_name == child.name and accessor in accessors:
            return name
    return None


def _accessors(parent: SObject, child: SObject, column: Column) -> Iterator[str]:
    """How the parent's model calls the records that refer to it by this field."""
    for path in (column.path, column.declared.alternative):
        link = child.column_behind(path)
        if isinstance(link, models.ForeignKey) and link.related_model is parent.model:
            yield link.remote_field.get_accessor_name() or ""
