"""New instances for the busiest paths."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)


def new(model: type[Row], values: Mapping[str, Any]) -> Row:
    """A row that is not yet written: attribute -> value, links by their keys, defaults for the rest.

    What the constructor would make, in a tenth of its time: it sets one attribute after the other and tells of it.
    """
    constant, made = _defaults(model)
    if not values.keys() <= constant.keys():
        raise TypeError(f"{model.__name__} has no {sorted(values.keys() - constant.keys())}")
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(constant)
    row.__dict__.update({name: make() for name, make in made if name not in values})
    row.__dict__.update(values)
    return row


@cache
def _defaults(model: type[models.Model]) -> tuple[Mapping[str, Any], Sequence[tuple[str, Callable[[], Any]]]]:
    """Attribute -> value, and those that are made anew for each row."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]  # those the database works out
    made = [(field.attname, field.default) for field in fields if field.has_default() and callable(field.default)]
    names = {name for name, _ in made}
    constant = {field.attname: None if field.attname in names else field.get_default() for field in fields}
    return constant, made
