"""A documented field as the ORM sees it: which columns hold it, and how a row's value reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from apps.accounts.models import USER_PREFIX, User
from apps.common.public_ids import salesforce_id
from apps.objects.documented import Documented
from apps.objects.registry import SObject

ID = Documented("Id", "id", frozenset("DFGIS"), "Record ID", length=18)
# Unique case-sensitive fields are compared exactly (C-05).
_EXACT = frozenset({"external_identifier"})


@dataclass(frozen=True)
class Column:
    """One field of one object. `links` are (path, key prefix) of the rows it may name, `texts` the plain references."""

    declared: Documented
    path: str
    links: Sequence[tuple[str, str]] = ()
    texts: Sequence[str] = ()

    @property
    def name(self) -> str:
        return self.declared.api_name

    @property
    def case_sensitive(self) -> bool:
        return self.path in _EXACT

    @property
    def reads(self) -> Sequence[str]:
        """The columns to select for this field."""
        return [*(path for path, _ in self.links), *self.texts] or [self.path]

    def empty(self) -> Q:
        return Q(*(Q(**{f"{path}__isnull": True}) for path in self.reads))

    def value(self, row: dict[str, Any]) -> Any:
        """The field's value of a selected row, as JSON carries it (sobjects 2.3)."""
        for path, prefix in self.links:
            if row[path] is not None:
                return salesforce_id(prefix, row[path])
        if self.texts:
            return next((row[path] for path in self.texts if row[path] is not None), None)
        return None if self.links else as_json(row[self.path])


def as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return float(value) if isinstance(value, Decimal) else value


def column_of(sobject: SObject, name: str) -> Column | None:
    """The field of that name, in any case; None if the object has none."""
    if name.lower() == "id":
        return Column(ID, "pk", [("pk", sobject.prefix)])
    found = sobject.fields.get(name.lower())
    if found is None:
        return None
    declared, column = found
    if declared.type != "reference":
        return Column(declared, column)
    field = sobject.model._meta.get_field(column)
    if not isinstance(field, models.ForeignKey):
        return Column(declared, column, texts=[column])
    names = [declared.alternative, column] if declared.alternative else [column]
    links = [_link(sobject, each) for each in names]
    return Column(declared, column, links, [declared.text_column] if declared.text_column else [])


def _link(sobject: SObject, name: str) -> tuple[str, str]:
    field = sobject.model._meta.get_field(name)
    target = field.related_model
    return f"{name}_id", USER_PREFIX if target is User else target.sobject.prefix  # type: ignore[union-attr]
