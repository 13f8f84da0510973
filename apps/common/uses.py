"""What refers to a row of the set-up, so that nobody takes away what others go by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Use:
    """Rows of one model that refer to the row by one field; those in the recycle bin, too."""

    field: "models.ForeignKey[Any, Any]"
    rows: "models.QuerySet[Any]"

    @property
    def model(self) -> type[models.Model]:
        return self.field.model


def uses(row: models.Model) -> list[Use]:
    """Each way in which anything refers to the row, in scope, used or not.

    `own_parts` of its model names those that are nothing without it (`app.model.field`) and go with it; they are no
    uses. Nor are the versions that triggers keep: they tell what was.
    """
    return [Use(field, _rows(field, row)) for field in _referring(row) if _name(field) not in _own(row)]


def unused(row: models.Model) -> bool:
    return not any(use.rows.exists() for use in uses(row))


def parts(row: models.Model) -> Sequence[Use]:
    """Its own parts, likewise."""
    return [Use(field, _rows(field, row)) for field in _referring(row) if _name(field) in _own(row)]


def _own(row: models.Model) -> frozenset[str]:
    return frozenset(getattr(row, "own_parts", ()))


def _referring(row: models.Model) -> list[Any]:
    relations: list[Any] = row._meta.get_fields(include_hidden=True)
    return [relation.field for relation in relations if _refers(relation)]


def _rows(field: Any, row: models.Model) -> "models.QuerySet[Any]":
    found: models.QuerySet[Any] = field.model._base_manager.filter(**{field.name: row})
    return found


def _refers(relation: Any) -> bool:
    is_reverse = isinstance(relation, models.ForeignObjectRel) and not relation.many_to_many
    return is_reverse and relation.field.concrete and not hasattr(relation.related_model, "pgh_tracked_model")


def _name(field: Any) -> str:
    return f"{field.model._meta.label_lower}.{field.name}"
