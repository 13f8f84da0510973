"""Rows below a form of the set-up: a page of them, or of those looked for, in as many queries for fifty as for one."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import BaseFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.forms import PaginationInlineFormSet

from apps.common.words import later as _

PAGE = 50  # rows shown at once, and as many new ones saved with them
_LONGEST = 18  # digits of a key
_LONGEST_LOOK = 100  # characters
_TOO_MANY = _("At most %(num)d rows are saved at once. Save these first, then add the others.")


class Named(AutocompleteSelect):
    """A box that looks for what is typed. What it holds already is named for all rows at once."""

    names: Mapping[str, str] | None = None

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        if self.names is None:
            return super().optgroups(name, value, attr)
        held = [(each, self.names[each]) for each in value if each in self.names]
        options = [("", "")] * (not self.is_required) + held
        made = [self.create_option(name, each, label, bool(each), at) for at, (each, label) in enumerate(options)]
        return [(None, made, 0)]


class SetupRows(PaginationInlineFormSet):
    """What is sent back is written over the rows that were shown, on whatever page they would stand by now."""

    default_error_messages = {**BaseFormSet.default_error_messages, "too_many_forms": _TOO_MANY}
    request: HttpRequest
    find: Sequence[str] = ()  # columns by which one of many rows is found

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.is_bound:
            found = self.queryset.filter(pk__in=self.sent)
            self._queryset = found.select_for_update(of=("self",), no_key=True)
        elif self.looked_for:
            self.paginator = Paginator(self.queryset.filter(_has(self.find, self.looked_for)), self.per_page)
            self.page = self.get_page(self.paginator, self.get_page_num())
            self._queryset = self.page.object_list

    @property
    def can_look(self) -> bool:
        return bool(self.find) and (self.paginator.num_pages > 1 or bool(self.looked_for))

    @property
    def looked_for(self) -> str:
        given = self.request.GET.get(f"{self.prefix}-find", "") if self.find else ""
        return given.replace("\x00", "").strip()[:_LONGEST_LOOK]

    @property
    def sent(self) -> list[int]:
        return keys_sent(self)

    @staticmethod
    def called(row: Any) -> str:
        """In what is told of it."""
        return str(row._meta.verbose_name)

    def initial_form_count(self) -> int:
        return int(min(super().initial_form_count(), self.absolute_max))

    def get_page_num(self) -> int:
        asked = self.request.GET.get(self.get_pagination_key(), "")
        return max(1, int(asked)) if _is_number(asked) else 1

    @cached_property
    def forms(self) -> list[Any]:
        made: list[Any] = super().forms
        for form in made[: self.initial_form_count()]:
            form.empty_permitted = True  # what nobody changed is not looked at again
        _share_choices(made)
        return made


def keys_sent(formset: Any) -> list[int]:
    """The keys of the rows that the page showed."""
    name = formset.model._meta.pk.name
    found = [formset.data.get(f"{formset.prefix}-{each}-{name}", "") for each in range(formset.initial_form_count())]
    return [int(key) for key in found if _is_number(key)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST


def _has(columns: Sequence[str], text: str) -> Q:
    """Each word in one of the columns."""
    found = Q()
    for word in text.split():
        found &= reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))
    return found


def _share_choices(made: list[Any]) -> None:
    """One query for all that a column offers, or names, instead of one for each row."""
    for name, first in made[0].fields.items() if made else ():
        if isinstance(first, forms.ModelChoiceField) and not first.widget.is_hidden:
            fields = [form.fields[name] for form in made]
            if isinstance(_widget(first), Named):
                _share_names(fields, [form[name].value() for form in made])
            else:
                choices: Any = first.choices
                offered = list(choices)
                for field in fields:
                    field.choices = offered


def _share_names(fields: list[Any], chosen: Iterable[Any]) -> None:
    keys = {int(key) for each in chosen if _is_number(key := str(each))}
    rows = fields[0].queryset.filter(pk__in=keys)
    if any(field.name == "user" for field in rows.model._meta.fields):
        rows = rows.select_related("user")
    names = {str(row.pk): fields[0].label_from_instance(row) for row in rows} if keys else {}
    for field in fields:
        _widget(field).names = names


def _widget(field: Any) -> Any:
    """Without the links that stand beside it."""
    return getattr(field.widget, "widget", field.widget)
