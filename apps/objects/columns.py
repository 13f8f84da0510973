"""One field of one object, documented or custom, as the ORM sees it: which columns hold it, how a row's value reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Q

from apps.common.public_ids import salesforce_id
from apps.objects import catalogue, registry
from apps.objects.documented import Documented
from apps.objects.models import CustomField, CustomFieldKind
from apps.objects.registry import SObject
from apps.tenants import scope

ID = Documented("Id", "id", frozenset("DFGIS"), "Record ID", length=18)
# Unique case-sensitive fields are compared exactly (C-05).
_EXACT = frozenset({"external_identifier"})
_COMPONENTS = {"__Latitude__s": "latitude", "__Longitude__s": "longitude"}
_KEPT = 512


@dataclass(frozen=True)
class Column:
    """`links` are (path, key prefix) of the rows it may name, `texts` the references that are no rows of ours.

    A custom field's values all lie in one JSON column, `path`; `component` is the part of a location.
    """

    declared: Documented
    path: str
    links: Sequence[tuple[str, str]] = ()
    texts: Sequence[str] = ()
    custom: CustomField | None = None
    component: str | None = None

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

    def value(self, row: Mapping[str, Any]) -> Any:
        """The field's value of a selected row, as JSON carries it (sobjects 2.3)."""
        if self.custom:
            return self._custom_value(row[self.path].get(self.custom.key))
        for path, prefix in self.links:
            if row[path] is not None:
                return salesforce_id(prefix, row[path])
        if self.texts:
            return next((row[path] for path in self.texts if row[path] is not None), None)
        return None if self.links else as_json(row[self.path])

    def _custom_value(self, stored: Any) -> Any:
        if self.component and stored:
            return stored[self.component]
        if stored and self.declared.type == "datetime":
            return stored.replace("Z", "+0000")
        return bool(stored) if self.declared.type == "boolean" else stored


def as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return float(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class Parent:
    """What a reference leads to, by the relationship's name: the objects that may stand at its other end."""

    name: str
    column: Column
    targets: Sequence[SObject]


def columns_of(sobject: SObject) -> Mapping[str, Column]:
    """Lower-case name -> field: Id, the documented ones in their order, the custom ones of the tenant in scope."""
    tenant = scope.tenant()
    return _columns_of(sobject.name, tenant.pk, tenant.catalogue_version)


def column_of(sobject: SObject, name: str) -> Column | None:
    """The field of that name, in any case; None if the object has none."""
    return columns_of(sobject).get(name.lower())


def parents_of(sobject: SObject) -> Mapping[str, Parent]:
    """Lower-case relationship name -> parent. Targets that we hold nothing of are left out."""
    tenant = scope.tenant()
    return _parents_of(sobject.name, tenant.pk, tenant.catalogue_version)


@lru_cache(maxsize=_KEPT)
def _parents_of(name: str, tenant_id: int, version: int) -> Mapping[str, Parent]:
    found = {}
    for column in _columns_of(name, tenant_id, version).values():
        if column.declared.relationship:
            targets = [target for name in column.declared.references if (target := registry.find(name))]
            parent = Parent(column.declared.relationship, column, targets)
            found[parent.name.lower()] = parent
    return found


# Of the user who asks, and no columns: `viewing.dates` puts them beside the rows (sobjects 2.5).
PER_USER = [
    Column(
        Documented("LastReferencedDate", "datetime", frozenset("FNS"), "Last Referenced Date"), "last_referenced_date"
    ),
    Column(Documented("LastViewedDate", "datetime", frozenset("FNS"), "Last Viewed Date"), "last_viewed_date"),
]


@lru_cache(maxsize=_KEPT)
def _columns_of(name: str, tenant_id: int, version: int) -> Mapping[str, Column]:
    sobject = registry.named(name)
    columns = [_own_id(sobject), *(documented_column(sobject, *each) for each in sobject.fields.values())]
    if sobject.is_viewed:
        columns += PER_USER
    for field in catalogue.current().fields_of(name).values():
        columns += columns_for(field)
    return {column.name.lower(): column for column in columns}


def _own_id(sobject: SObject) -> Column:
    declared = replace(ID, label=f"{sobject.label} ID")
    if sobject.text_id:
        return Column(declared, sobject.text_id, texts=[sobject.text_id])
    return Column(declared, "pk", links=[("pk", sobject.prefix)])


def documented_column(sobject: SObject, declared: Documented, name: str) -> Column:
    """The field of a declaration and the model's column that carries it."""
    if declared.type != "reference":
        return Column(declared, name)
    field = sobject.column_behind(name)
    if field is None:  # a key that the object's own rows work out, or the id of what is not held here
        target = registry.find(declared.references[0])
        return Column(declared, name, [(name, target.prefix)]) if target else Column(declared, name, texts=[name])
    if field.primary_key:  # a row that stands for another object's row as well
        return Column(declared, name, [("pk", registry.named(declared.references[0]).prefix)])
    if not isinstance(field, models.ForeignKey):
        return Column(declared, name, texts=[name])
    names = [declared.alternative, name] if declared.alternative else [name]
    links = [_link(sobject, each) for each in names]
    return Column(declared, name, links, [declared.text_column] if declared.text_column else [])


def _link(sobject: SObject, name: str) -> tuple[str, str]:
    target = sobject.column(name).related_model
    return f"{name}_id", registry.of(target).prefix


_LETTERS = {CustomFieldKind.TEXT_AREA: "CUN", CustomFieldKind.CHECKBOX: "CUDFGS", CustomFieldKind.GEOLOCATION: "CUN"}


def columns_for(field: CustomField) -> list[Column]:
    """The columns of a custom field: one, and for a location one more for each of its components (P-12)."""
    kind = CustomFieldKind(field.kind)
    letters = frozenset(_LETTERS.get(kind, "CUFGNS") + ("R" if kind == "picklist" and field.is_restricted else ""))
    if field.is_required:
        letters -= {"N"}
    declared = Documented(
        field.api_name, kind.value, letters, field.label, field.length, picklist=kind == CustomFieldKind.PICKLIST
    )
    whole = Column(declared, "custom_fields", custom=field)
    if kind != CustomFieldKind.GEOLOCATION:
        return [whole]
    stem = field.api_name.removesuffix("__c")
    parts = [
        Column(
            Documented(stem + ending, "double", frozenset("CUFNS"), f"{field.label} ({component.title()})"),
            "custom_fields",
            custom=field,
            component=component,
        )
        for ending, component in _COMPONENTS.items()
    ]
    return [whole, *parts]
