"""A filter for every field of a documented object that its page calls filterable, and for the tenant's own fields.

They stand beside the filters that a list has by itself, under the fields' API names: what the query language can ask
of one field, a screen can ask, too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias

import django_filters
from django import forms
from django.db.models import DecimalField, Func, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import GreaterThanOrEqual, IContains, LessThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.models.people import USER_PREFIX
from apps.common.public_ids import in_full, is_salesforce_id
from apps.directory.lookup import called
from apps.directory.phone import phone_key, written_forms
from apps.engagements.forms.fields import label_of
from apps.objects import catalogue, registry
from apps.objects.columns import Column, columns_of
from apps.objects.registry import SObject
from apps.tenants import scope

Condition: TypeAlias = Callable[[Any], Any]
EMPTY = "-"  # the choice of records that say nothing there
_MOST_NAMED = 200  # users of one name
_NUMBERS = frozenset({"double", "percent", "currency", "int"})


class FieldFilter(django_filters.Filter):
    """Narrows by a condition on the value that was asked for."""

    def __init__(self, condition: Condition, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.condition = condition

    def filter(self, queryset: "QuerySet[Any]", value: Any) -> "QuerySet[Any]":
        return queryset if value in (None, "") else queryset.filter(self.condition(value))


class TextFilter(FieldFilter):
    field_class = forms.CharField


class OneOf(FieldFilter):
    field_class = forms.ChoiceField


class DayFilter(FieldFilter):
    field_class = forms.DateField


class NumberFilter(FieldFilter):
    field_class = forms.DecimalField


_DAYS = date(1, 1, 2), date(9999, 12, 30)  # those next to them lie within what any clock can say


def midnight(day: date) -> datetime:
    """The beginning of the day on the viewer's clock."""
    first, last = _DAYS
    return timezone.make_aware(datetime.combine(min(max(day, first), last), time.min))


def following(day: date) -> date:
    """The day after."""
    return min(day, _DAYS[1]) + timedelta(days=1)


class FieldFilterSet(django_filters.FilterSet):
    """Has a filter for each field of its object besides its own; `without` are fields that its own cover."""

    object_name = ""
    without: Sequence[str] = ()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        own = {"LastViewedDate": "last_viewed_date", "LastReferencedDate": "last_referenced_date"}  # the viewer's
        unknown = [name for name, column in own.items() if column not in self.queryset.query.annotations]
        for name, each in field_filters(registry.named(self.object_name), without=[*self.without, *unknown]).items():
            each.field_name, each.parent, each.model = name, self, self.queryset.model
            self.filters[name] = each

    @property
    def of_fields(self) -> list[Any]:
        """The bound inputs of the fields' filters."""
        return [self.form[name] for name, each in self.filters.items() if isinstance(each, FieldFilter)]


def field_filters(sobject: SObject, *, without: Iterable[str] = ()) -> Mapping[str, FieldFilter]:
    """Name of the parameter -> filter; of a moment or a number there are two, for its bounds.

    What people write comes first.
    """
    left_out = {"Id", *without}
    return {
        name: each
        for column in sorted(columns_of(sobject).values(), key=lambda column: not column.declared.createable)
        if column.declared.filterable and not column.component and column.name not in left_out
        for name, each in _of(sobject, column)
    }


def _of(sobject: SObject, column: Column) -> Iterator[tuple[str, FieldFilter]]:
    kind, label = column.declared.type, label_of(column)
    if kind in ("datetime", "date"):
        since, until = _from(column), _until(column)
        yield f"{column.name}_from", DayFilter(since, label=gettext("{label}, from").format(label=label))
        yield f"{column.name}_to", DayFilter(until, label=gettext("{label}, to").format(label=label))
    elif kind in _NUMBERS:
        yield (
            f"{column.name}_min",
            NumberFilter(_at_least(column), label=gettext("{label}, at least").format(label=label), max_digits=33),
        )
        yield (
            f"{column.name}_max",
            NumberFilter(_at_most(column), label=gettext("{label}, at most").format(label=label), max_digits=33),
        )
    elif kind == "boolean":
        choices = [("", gettext("Any")), ("true", gettext("Yes")), ("false", gettext("No"))]
        yield column.name, OneOf(_is(column), label=label, choices=choices)
    elif kind == "reference":
        yield (
            column.name,
            TextFilter(_refers(column), label=label, help_text=gettext("A name, or an id"), max_length=100),
        )
    elif kind == "picklist" and (choices := _choices(sobject, column)):
        yield column.name, OneOf(_chosen(column), label=label, choices=choices)
    elif kind == "phone" and not column.custom:
        yield (
            column.name,
            TextFilter(_rings(sobject, column), label=label, help_text=gettext("In any form"), max_length=40),
        )
    else:
        yield column.name, TextFilter(_says(column), label=label, help_text=gettext("Any part of it"), max_length=255)


def _choices(sobject: SObject, column: Column) -> list[tuple[str, str]]:
    """Switched-off values too: old records keep them."""
    rows = catalogue.current().picklist(sobject.name, column.name).values()
    known = [(row.value, row.said) for row in rows]
    if not known and not column.custom:
        known = [(str(value), str(label)) for value, label in sobject.column(column.path).choices or ()]
    return [("", gettext("Any")), (EMPTY, gettext("Nothing")), *known] if known else []


def _text(column: Column) -> Any:
    assert column.custom
    return KeyTextTransform(column.custom.key, column.path)


def _figure(column: Column) -> Any:
    return Func(_text(column), template="(%(expressions)s)::numeric", output_field=DecimalField())


def _nothing(column: Column) -> Q:
    if column.custom:
        return ~Q(custom_fields__has_key=column.custom.key) | Q(custom_fields__contains={column.custom.key: None})
    return column.empty()


def _from(column: Column) -> Condition:
    if column.custom:
        return lambda day: GreaterThanOrEqual(_text(column), _stored(column, day))
    return lambda day: Q(**{f"{column.path}__gte": midnight(day) if column.declared.type == "datetime" else day})


def _until(column: Column) -> Condition:
    """The day itself included."""
    if column.custom:
        return lambda day: LessThan(_text(column), _stored(column, following(day)))
    if column.declared.type == "date":
        return lambda day: Q(**{f"{column.path}__lte": day})
    return lambda day: Q(**{f"{column.path}__lt": midnight(following(day))})


def _stored(column: Column, day: date) -> str:
    """As custom fields keep it; their order as texts is that of the days."""
    if column.declared.type == "date":
        return day.isoformat()
    return midnight(day).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _at_least(column: Column) -> Condition:
    if column.custom:
        return lambda number: GreaterThanOrEqual(_figure(column), number)
    return lambda number: Q(**{f"{column.path}__gte": number})


def _at_most(column: Column) -> Condition:
    if column.custom:
        return lambda number: LessThanOrEqual(_figure(column), number)
    return lambda number: Q(**{f"{column.path}__lte": number})


def _is(column: Column) -> Condition:
    """What was never said is no."""

    def condition(value: str) -> Q:
        yes = {column.custom.key: True} if column.custom else None
        found = Q(custom_fields__contains=yes) if yes else Q(**{column.path: True})
        return found if value == "true" else ~found

    return condition


def _chosen(column: Column) -> Condition:
    def condition(value: str) -> Q:
        if value == EMPTY:
            return _nothing(column)
        if column.custom:
            return Q(custom_fields__contains={column.custom.key: value})
        return Q(**{column.path: value})

    return condition


def _says(column: Column) -> Condition:
    if column.custom:
        return lambda text: IContains(_text(column), text)
    lookup = "exact" if column.case_sensitive else "icontains"
    return lambda text: Q(**{f"{column.path}__{lookup}": text})


def _rings(sobject: SObject, column: Column) -> Condition:
    """The same number however it is written; by its key, where the object keeps one."""

    def condition(text: str) -> Q:
        key = phone_key(text, scope.tenant().phone_region)
        if key and column.path in ("phone_number", "phone") and sobject.column_behind("phone_key"):
            return Q(phone_key=key)
        return Q(**{f"{column.path}__in": written_forms(text, scope.tenant().phone_region)})

    return condition


def _refers(column: Column) -> Condition:
    """By an id of any length, or by the name of who or what it leads to."""

    def condition(text: str) -> Q:
        text = text.strip()
        found = Q(pk__in=[])
        for path, prefix in column.links:
            target = next((each for each in registry.every() if each.prefix == prefix and not each.text_id), None)
            key = target.key_of(text) if target else None
            if key is not None:
                found |= Q(**{path: key})
            elif prefix == USER_PREFIX:
                found |= Q(**{f"{path}__in": _people(text)})
        ids = [text, in_full(text)] if is_salesforce_id(text) else [text]
        people = called(text) if column.texts else None
        for path in column.texts:
            found |= Q(**{f"{path}__in": ids})
            if people:
                found |= people.at(path)
        return found

    return condition


def _people(text: str) -> list[int]:
    named = User.objects.filter(tenant_id=scope.tenant_id(), full_name__icontains=text)
    return list(named.values_list("pk", flat=True)[:_MOST_NAMED])
