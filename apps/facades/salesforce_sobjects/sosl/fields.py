"""Which fields of an object are searched (P-35)."""

from collections.abc import Iterator

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform

from apps.facades.salesforce_sobjects.sosl.words import Words
from apps.objects.columns import Column, columns_of
from apps.objects.registry import SObject

_TEXT = frozenset({"string", "textarea", "url", "email", "phone"})
_OF_TYPE = {"EMAIL": "email", "PHONE": "phone"}


def words_of(sobject: SObject, scope: str) -> Words | None:
    """The words of the fields in this scope; None if the object has no such field."""
    found = [column for column in _searched(sobject) if _is_in(scope, column)]
    numbers = [column for column in found if column.declared.type == "phone"]
    texts = [column for column in found if column not in numbers]
    return Words(list(map(_value, texts)), list(map(_value, numbers))) if found else None


def _searched(sobject: SObject) -> Iterator[Column]:
    """Texts that somebody wrote, and the name, whoever gave it."""
    for column in columns_of(sobject).values():
        if column.declared.type in _TEXT and (column.name == "Name" or not _is_computed(sobject, column)):
            yield column


def _is_computed(sobject: SObject, column: Column) -> bool:
    return not column.custom and not sobject.own_fields and sobject.column(column.path).generated


def _is_in(scope: str, column: Column) -> bool:
    """SIDEBAR is what a short list of results shows: names, other keys, e-mail and phone."""
    match scope:
        case "NAME":
            return column.name == "Name"
        case "EMAIL" | "PHONE":
            return column.declared.type == _OF_TYPE[scope]
        case "SIDEBAR":
            return column.name == "Name" or "I" in column.declared.letters or column.declared.type in _OF_TYPE.values()
    return True


def _value(column: Column) -> F | KeyTextTransform:
    return KeyTextTransform(column.custom.key, "custom_fields") if column.custom else F(column.path)
