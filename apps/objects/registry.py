"""The documented objects: which model, which name, which key prefix, which calls."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext

from apps.common.public_ids import in_full, is_salesforce_id, key_of, salesforce_id
from apps.objects.documented import Documented, api_name

READ_ONLY = frozenset({"retrieve", "query"})
ALL_CALLS = frozenset(
    {"create", "retrieve", "update", "upsert", "delete", "undelete", "query", "search", "replicate", "layout"}
)


@dataclass(frozen=True)
class SObject:
    """One documented object. Names are matched without regard to case (sobjects 2.1).

    `own_fields` are declarations, by column, that no column carries, and `own_rows` are the object's rows where they
    are not simply the model's. `text_id` is the column of ids that are not made of our keys (M-08).
    `is_viewed`: it is kept when each user last opened one (`viewing`). `where` tells its rows from others of the model,
    and `seen_through` are the paths to the interactions with any of which they are seen, or to the user who may see
    them as `owner`, where the model does not say so (M-25).
    """

    name: str
    model: type[models.Model]
    prefix: str
    label: str
    plural: str
    calls: frozenset[str] = ALL_CALLS
    children: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # relationship -> (object, our accessor)
    own_fields: Sequence[tuple[str, Documented]] = ()
    own_rows: "Callable[[], models.QuerySet[Any]] | None" = None
    text_id: str | None = None
    is_viewed: bool = False
    where: Mapping[str, Any] = field(default_factory=dict)
    seen_through: Sequence[str] = ()

    @property
    def said(self) -> str:
        """The label in the reader's language."""
        return gettext(self.label)

    def rows(self, *, with_deleted: bool = False) -> "models.QuerySet[Any]":
        """The rows of the tenant in scope, without those in the recycle bin. Who may see which is not asked here."""
        if self.own_rows:
            return self.own_rows()
        manager: Any = getattr(self.model, "with_deleted" if with_deleted else "objects", self.model._default_manager)
        return manager.filter(**self.where)  # type: ignore[no-any-return]

    def id_of(self, key: int | str) -> str:
        return key if isinstance(key, str) else salesforce_id(self.prefix, key)

    def key_of(self, text: str) -> int | None:
        """The row's key behind an id; None for no id of this object, and where ids are texts."""
        return None if self.text_id else key_of(text, self.prefix)

    def with_id(self, text: str) -> models.Q | None:
        """The condition that finds the row with this 15- or 18-character id; None if it is no id of this object."""
        if not self.text_id:
            key = self.key_of(text)
            return None if key is None else models.Q(pk=key)
        if not is_salesforce_id(text) or text[:3] != self.prefix:
            return None
        return models.Q(**{f"{self.text_id}__in": [text[:15], in_full(text)]})

    def with_ids(self, texts: Iterable[str]) -> models.Q:
        """The condition that finds the rows with any of these ids; what is no id of this object finds none."""
        if not self.text_id:
            return models.Q(pk__in={key for text in texts if (key := self.key_of(text)) is not None})
        known = [text[:15] for text in texts if is_salesforce_id(text) and text[:3] == self.prefix]
        return models.Q(**{f"{self.text_id}__in": [*known, *(in_full(each) for each in known)]})

    def column(self, name: str) -> "models.Field[Any, Any]":
        """The model's field behind a column name."""
        return self.model._meta.get_field(name)  # type: ignore[return-value]

    def column_behind(self, name: str | None) -> "models.Field[Any, Any] | None":
        """The same; None where a query works the value out."""
        try:
            return self.column(name) if name else None
        except FieldDoesNotExist:
            return None

    @cached_property
    def fields(self) -> Mapping[str, tuple[Documented, str]]:
        """Lower-case documented name -> (its declaration, our column), in the order of the model."""
        found = {}
        for column in self.model._meta.concrete_fields:
            declared: Documented | None = getattr(column, "documented", None)
            if declared:
                name = declared.api_name or api_name(column.name, declared.type)
                found[name.lower()] = (replace(declared, api_name=name), column.name)
        return found | {declared.api_name.lower(): (declared, column) for column, declared in self.own_fields}

    @cached_property
    def references(self) -> Sequence[tuple[Documented, str]]:
        """Of those, the ones that refer to other records."""
        return [each for each in self.fields.values() if each[0].type == "reference"]


_by_name: dict[str, SObject] = {}


def register(name: str, prefix: str, label: str, plural: str = "", **options: Any) -> Any:
    """Class decorator: this model is the documented object `name`. The options are SObject's."""

    def declare(model: type[models.Model]) -> type[models.Model]:
        declared = add(SObject(name, model, prefix, label, plural or f"{label}s", **options))
        model.sobject = declared  # type: ignore[attr-defined]
        model.public_id = property(lambda row: declared.id_of(row.pk))  # type: ignore[attr-defined]
        return model

    return declare


def add(declared: SObject) -> SObject:
    """Make an object known that is not one to one with a model."""
    _by_name[declared.name.lower()] = declared
    return declared


def of(documented: Any) -> SObject:
    """The declaration of a documented model, or of one of its rows."""
    return documented.sobject  # type: ignore[no-any-return]


def find(name: str) -> SObject | None:
    return _by_name.get(name.lower())


def named(name: str) -> SObject:
    """The object of this name, which our own code knows to exist."""
    return _by_name[name.lower()]


def every() -> Sequence[SObject]:
    return sorted(_by_name.values(), key=lambda declared: declared.name)
