"""The model's field behind a documented one, where there is one."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from apps.objects.columns import Column
from apps.objects.registry import SObject


def behind(sobject: SObject, path: str | None) -> "models.Field[Any, Any] | None":
    """None for an id, for a custom field, and for what a query works out."""
    try:
        return sobject.column(path) if path else None
    except FieldDoesNotExist:
        return None


def of(sobject: SObject, column: Column) -> "models.Field[Any, Any] | None":
    return None if column.custom else behind(sobject, column.path)
