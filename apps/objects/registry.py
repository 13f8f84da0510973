"""The documented objects: which model, which name, which key prefix, which calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db import models

from apps.common.public_ids import key_of, salesforce_id
from apps.objects.documented import Documented, api_name

ALL_CALLS = frozenset({"create", "retrieve", "update", "upsert", "delete", "undelete", "query", "search", "replicate"})


@dataclass(frozen=True)
class SObject:
    """One documented object. Names are matched without regard to case (sobjects 2.1)."""

    name: str
    model: type[models.Model]
    prefix: str
    label: str
    plural: str
    calls: frozenset[str] = ALL_CALLS
    children: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # relationship -> (object, our accessor)

    def id_of(self, key: int) -> str:
        return salesforce_id(self.prefix, key)

    def key_of(self, text: str) -> int | None:
        return key_of(text, self.prefix)

    def column(self, name: str) -> "models.Field[Any, Any]":
        """The model's field behind a column name."""
        return self.model._meta.get_field(name)  # type: ignore[return-value]

    @cached_property
    def fields(self) -> Mapping[str, tuple[Documented, str]]:
        """Lower-case documented name -> (its declaration, our column), in the order of the model."""
        found = {}
        for column in self.model._meta.concrete_fields:
            declared: Documented | None = getattr(column, "documented", None)
            if declared:
                name = declared.api_name or api_name(column.name, declared.type)
                found[name.lower()] = (replace(declared, api_name=name), column.name)
        return found


_by_name: dict[str, SObject] = {}


def register(
    name: str,
    prefix: str,
    label: str,
    plural: str = "",
    *,
    calls: frozenset[str] = ALL_CALLS,
    children: Mapping[str, tuple[str, str]] | None = None,
) -> Any:
    """Class decorator: this model is the documented object `name`."""

    def declare(model: type[models.Model]) -> type[models.Model]:
        declared = SObject(name, model, prefix, label, plural or f"{label}s", calls, children or {})
        _by_name[name.lower()] = declared
        model.sobject = declared  # type: ignore[attr-defined]
        model.public_id = property(lambda row: declared.id_of(row.pk))  # type: ignore[attr-defined]
        return model

    return declare


def of(documented: Any) -> SObject:
    """The declaration of a documented model, or of one of its rows."""
    return documented.sobject  # type: ignore[no-any-return]


def find(name: str) -> SObject | None:
    return _by_name.get(name.lower())


def every() -> Sequence[SObject]:
    return sorted(_by_name.values(), key=lambda declared: declared.name)
