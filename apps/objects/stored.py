"""Which records hold a value of a custom field or picklist. Counts stop where nobody cares how many more there are."""

from typing import Any

from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Abs, Cast, Length, Round

from apps.objects import registry
from apps.objects.models import CustomField

COUNTED_TO = 1000


def rows_of(object_name: str) -> "QuerySet[Any]":
    """All records of the object, in the recycle bin too."""
    declared = registry.find(object_name)
    if declared is None:
        raise LookupError(f"no documented object {object_name}")
    model: Any = declared.model
    found: QuerySet[Any] = getattr(model, "with_deleted", model.objects).order_by()  # what is set up has no bin
    return found


def with_value(field: CustomField) -> "QuerySet[Any]":
    """The records that have a value of the field, as `value`."""
    held: QuerySet[Any] = rows_of(field.object_name).annotate(value=KeyTextTransform(field.key, "custom_fields"))
    return held.filter(value__isnull=False)


def holders(field: CustomField) -> int:
    """How many records have a value of the field; one more than `COUNTED_TO` stands for all beyond."""
    return counted(with_value(field))


def counted(rows: "QuerySet[Any]") -> int:
    return rows[: COUNTED_TO + 1].count()


def misfits(field: CustomField) -> int:
    """How many records hold a text that is longer, or a number that has more digits, than the field now takes."""
    if field.length:
        return counted(with_value(field).annotate(size=Length("value")).filter(size__gt=field.length))
    number = with_value(field).annotate(number=Cast("value", FloatField()))
    rounded = number.annotate(rounded=Round("number", field.scale))
    most = 10.0 ** (field.precision - field.scale)
    return counted(rounded.annotate(size=Abs("number")).filter(Q(size__gte=most) | ~Q(number=F("rounded"))))
