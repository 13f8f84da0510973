"""A form over the documented and custom fields of one record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_noop

from apps.accounts.hiding import WITHHELD, is_withheld
from apps.common.errors import Invalid
from apps.directory.names import names_of
from apps.engagements.forms.fields import chosen_from, field_for, shown
from apps.objects import catalogue
from apps.objects.columns import Column, columns_of
from apps.objects.defaults import defaults_of
from apps.objects.records import Record
from apps.objects.registry import SObject

BEFORE = "before"  # the hidden field that carries what the form showed at first
_COMPUTED = frozenset({"Duration", "EngagementId"})  # worked out, or what the record hangs on
_GROUPS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "EngagementInteraction": {
        gettext_noop("Contact"): (
            "StartDateTime",
            "EndDateTime",
            "CommunicationChannel",
            "Type",
            "Status",
            "Sentiment",
            "Reason",
        ),
        gettext_noop("Customer"): (
            "InitiatingAttendeeId",
            "PhoneNumber",
            "IsAttendeeAuthenticated",
            "IsAttendeeVerified",
            "AttendeeVerificationTime",
        ),
    },
}


@dataclass(frozen=True)
class Group:
    """Fields that stand together under a heading."""

    heading: str
    fields: Sequence[forms.BoundField]


def editable(sobject: SObject) -> list[Column]:
    """What a person may write of such a record, in the declaration's order; a location stands for its components."""
    return [
        column
        for column in columns_of(sobject).values()
        if column.declared.updateable and not column.component and column.name not in _COMPUTED
    ]


class RecordForm(forms.Form):
    """Fields by their API names. Changed is what differs from what the form showed, whoever wrote meanwhile."""

    def __init__(
        self,
        sobject: SObject,
        row: Record | None = None,
        data: Any = None,
        *,
        columns: Iterable[Column] | None = None,
        likely: Mapping[str, Any] | None = None,
        choices: Mapping[str, Iterable[tuple[str, str]]] | None = None,
    ) -> None:
        self.columns = {column.name: column for column in (editable(sobject) if columns is None else columns)}
        self.now = {name: held(column, row) for name, column in self.columns.items()}
        initial = {name: shown(column, self.now[name]) for name, column in self.columns.items()}
        if row is None:
            defaults = defaults_of(sobject)
            initial |= {name: defaults[column.path] for name, column in self.columns.items() if column.path in defaults}
        initial |= {name: value for name, value in (likely or {}).items() if name in initial}
        super().__init__(data, initial=initial)
        for name, column in self.columns.items():
            self.fields[name] = field_for(sobject, column, self.now[name])
        for name, options in (choices or {}).items():
            self.fields[name] = chosen_from(self.fields[name], options, self.now[name])
        self._name_references()
        withheld = [name for name, value in initial.items() if is_withheld(value, name)]
        for name in withheld:
            self.fields[name].disabled, self.fields[name].help_text = True, WITHHELD
        self.fields[BEFORE] = forms.JSONField(required=False, widget=forms.HiddenInput)
        self.initial[BEFORE] = {name: value for name, value in initial.items() if name not in withheld}
        self._pairs: list[str] = []

    def _name_references(self) -> None:
        """An id says nothing to people: the name of the record stands with the help."""
        ids = {name: value for name, value in self.now.items() if "data-lookup" in self.fields[name].widget.attrs}
        names = names_of(ids.values())
        for name, value in ids.items():
            if known := names.get(value):
                self.fields[name].help_text = f"{known}. {self.fields[name].help_text}"

    @property
    def before_as_hidden(self) -> str:
        return self[BEFORE].as_hidden()

    @property
    def before(self) -> Mapping[str, Any]:
        """What the form showed when it was opened; what the record holds, if the page did not send that along."""
        sent = self.cleaned_data.get(BEFORE)
        return {**self.initial, **sent} if isinstance(sent, dict) else self.initial

    def changes(self) -> dict[str, Any]:
        """API name -> new value. Only of a form that is valid."""
        before = self.before
        return {
            name: self.cleaned_data[name]
            for name in self.columns
            if self.cleaned_data[name] != self._read(name, before)
        }

    def given(self) -> list[str]:
        """What a new record is given: whatever is filled in, and what was and has been emptied."""
        return [
            name
            for name in self.columns
            if self.cleaned_data[name] not in (None, "") or self.before[name] not in (None, "", [None, None])
        ]

    def values(self, names: Iterable[str]) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
        """The columns, and the pairs of custom fields, as operations take them."""
        values, pairs = {}, []
        for name in names:
            column = self.columns[name]
            value = self.cleaned_data[name]
            value = None if value == "" else value
            if column.custom:
                pairs.append((name, value))
            else:
                values[column_name(column)] = value
        self._pairs = [name for name, _ in pairs]
        return values, pairs

    def refuse(self, refused: Invalid) -> None:
        """Put each problem at its field; one that has none here stands above all."""
        names = {column_name(column): name for name, column in self.columns.items() if not column.custom}
        names |= {f"custom_fields[{index}].value": name for index, name in enumerate(self._pairs)}
        for problem in refused.problems:
            at = next((names.get(name, name) for name in problem.fields), None)
            self.add_error(at if at in self.columns else None, ValidationError(problem.message))

    def groups(self, named: Mapping[str, Sequence[str]]) -> list[Group]:
        """The fields in the groups of these names; the documented rest follows, the tenant's own come last."""
        placed = {name for names in named.values() for name in names}
        rest = [name for name, column in self.columns.items() if not column.custom and name not in placed]
        own = [name for name, column in self.columns.items() if column.custom]
        every = {**named, gettext_noop("Record") if named else "": rest, gettext_noop("Own fields"): own}
        return [
            Group(gettext(heading) if heading else "", bound)
            for heading, names in every.items()
            if (bound := [self[name] for name in names if name in self.columns])
        ]

    def _read(self, name: str, before: Mapping[str, Any]) -> Any:
        """A value that the form showed, as the same field reads it."""
        field = self.fields[name]
        try:
            return field.clean(before.get(name))
        except ValidationError:  # required, and was empty
            return field.to_python("") if not isinstance(field, forms.MultiValueField) else None


def groups_of(form: RecordForm, sobject: SObject) -> list[Group]:
    return form.groups(_GROUPS.get(sobject.name, {}))


def held(column: Column, row: Record | None) -> Any:
    """The record's value as the API shows it, times and numbers as they are stored."""
    if row is None:
        return default_of(column)
    if column.custom:
        value = row.custom_fields.get(column.custom.key)
        return bool(value) if column.declared.type == "boolean" else value
    if column.links:
        return column.value({path: getattr(row, path) for path in column.reads})
    return getattr(row, column.reads[0])


def default_of(column: Column) -> Any:
    """What a new record has unless somebody says otherwise."""
    if column.custom:
        default = catalogue.current().default_of(column.custom)
        return bool(default) if column.declared.type == "boolean" else default
    return False if column.declared.type == "boolean" else None


def column_name(column: Column) -> str:
    """The model's field, which operations name values by."""
    if column.links:
        return column.links[-1][0].removesuffix("_id")
    return column.path
