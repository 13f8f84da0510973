"""Declares a documented field where its column stands, once.

Describe, the object serializer, the query language, search and the administration's help texts all read this.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext

# The object pages' property letters (engagement section 2).
_LETTERS = frozenset("CUFSGNDRIA")


F = TypeVar("F", bound="models.Field[Any, Any]")


@dataclass(frozen=True)
class Documented:
    """What the object's page says of one field. `type` is describe's word; `length` is in characters."""

    api_name: str
    type: str
    letters: frozenset[str]
    label: str
    length: int = 0
    since: float = 0
    references: Sequence[str] = ()
    relationship: str | None = None
    picklist: bool = False
    text_column: str | None = None  # holds a reference that is no row of ours (M-08)
    alternative: str | None = None  # another link, which is meant where it is set (M-09, M-16)
    options: Sequence[str] = ()  # the values of a picklist that no column has

    @property
    def said(self) -> str:
        """The label in the reader's language."""
        return gettext(self.label)

    @property
    def createable(self) -> bool:
        return "C" in self.letters

    @property
    def updateable(self) -> bool:
        return "U" in self.letters

    @property
    def filterable(self) -> bool:
        return "F" in self.letters

    @property
    def sortable(self) -> bool:
        return "S" in self.letters

    @property
    def groupable(self) -> bool:
        return "G" in self.letters

    @property
    def nillable(self) -> bool:
        return "N" in self.letters

    @property
    def restricted(self) -> bool:
        return "R" in self.letters


def documented(
    field: F,
    letters: str,
    label: str,
    help_text: str = "",
    *,
    api_name: str = "",
    type: str = "",
    length: int = 0,
    since: float = 0,
    references: Sequence[str] = (),
    relationship: str | None = None,
    text_column: str | None = None,
    alternative: str | None = None,
) -> F:
    """Attach the documented properties to a model field and give it their label and help text."""
    properties = frozenset(letters.replace(" ", ""))
    if unknown := properties - _LETTERS:
        raise ValueError(f"unknown property letters {sorted(unknown)}")
    kind = type or _type_of(field)
    field.documented = Documented(  # type: ignore[attr-defined]
        api_name=api_name,
        type=kind,
        letters=properties,
        label=label,
        length=length or getattr(field, "max_length", None) or (18 if kind in ("id", "reference") else 0),
        since=since,
        references=references,
        relationship=relationship,
        picklist=kind == "picklist",
        text_column=text_column,
        alternative=alternative,
    )
    field.verbose_name = label
    field.help_text = help_text
    return field


_TYPES: "Sequence[tuple[type[models.Field[Any, Any]], str]]" = (
    (models.ForeignKey, "reference"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.BooleanField, "boolean"),
    (models.IntegerField, "int"),
    (models.FloatField, "double"),
    (models.DecimalField, "double"),
    (models.TextField, "textarea"),
    (models.CharField, "string"),
)


def _type_of(field: "models.Field[Any, Any]") -> str:
    return next(kind for base, kind in _TYPES if isinstance(field, base))


def api_name(column: str, kind: str) -> str:
    """`start_date_time` -> `StartDateTime`; references and ids keep or get their `Id`."""
    name = re.sub(r"(?:^|_)([a-z0-9])", lambda match: match[1].upper(), column)
    return name + "Id" if kind == "reference" and not name.endswith("Id") else name
