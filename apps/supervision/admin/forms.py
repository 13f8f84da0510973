"""The form of every setup screen."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext

from apps.accounts.hiding import WITHHELD, is_withheld
from apps.common.errors import Invalid, SwitchroomError
from apps.common.words import later as _

Plain: TypeAlias = str | bool | list[Any]  # a value that is the same in the page's hands and ours

DELETION = "DELETE"
_CONSTRAINT = re.compile(r"Constraint “\w+?(_unique)?” is violated\.")
_CONTRADICTION = _("These values cannot stand together.")


class SetupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows what the operation refused, and checks constraints that name the tenant, too."""

    refused: SwitchroomError | None = None
    named = ""  # the field that a name which stands already is said at
    typed: Mapping[str, Any] = {}  # by an editor whom another overtook: it stands in the form in place of what is saved

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            if is_withheld(self.initial.get(name), name):
                field.disabled, field.help_text = True, WITHHELD

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        held: Any = super().get_initial_for_field(field, field_name)
        return self.typed.get(field_name, held)

    def standing(self) -> dict[str, Plain]:
        """What the object holds, in the fields that the reader may change; nothing secret, nothing shown in part."""
        found = {
            name: plain(field, super(SetupForm, self).get_initial_for_field(field, name))
            for name, field in self.fields.items()
            if not field.disabled and getattr(field.widget, "input_type", "") not in ("password", "hidden")
        }
        return {name: value for name, value in found.items() if name != DELETION and not is_withheld(value, name)}

    def _get_validation_exclusions(self) -> set[str]:
        # The tenant is in no form; left out, every unique constraint would be left out with it.
        return super()._get_validation_exclusions() - {"tenant"}  # type: ignore[misc,no-any-return]

    def _update_errors(self, errors: ValidationError) -> None:
        """A broken constraint has but a name. What stands already is said here; the operation says the rest."""
        said: dict[str, list[ValidationError]] = {}
        for field, refused in errors.error_dict.items():
            at = self.named if field == NON_FIELD_ERRORS and self.named else field
            said.setdefault(at, []).extend(worded for one in refused if (worded := _worded(one)))
        super()._update_errors(ValidationError({field: messages for field, messages in said.items() if messages}))  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, message in _told(self.refused):
            field = self.refused_field(name) if name else None
            self.add_error(field if field in self.fields else None, ValidationError(message))

    def refused_field(self, name: str) -> str:
        """The form's field for a column that the operation refused."""
        return name


def plain(field: forms.Field, value: Any) -> Plain:
    """A field's value, held or typed, such that equal ones are the same."""
    if isinstance(field, forms.BooleanField):
        return bool(value)
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return sorted(_plain(each) for each in value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True)
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return "" if value is None else "\n".join(str(value).strip().splitlines())


def _worded(error: ValidationError) -> ValidationError | None:
    broken = _CONSTRAINT.fullmatch(str(error.message))
    if broken is None:
        return error
    return ValidationError(gettext("There is one of this name already.")) if broken[1] else None


def _told(refused: SwitchroomError | None) -> list[tuple[str | None, str]]:
    if isinstance(refused, Invalid):
        return [
            (next(iter(problem.fields), None), _CONSTRAINT.sub(str(_CONTRADICTION), sentence(problem.message)))
            for problem in refused.problems
        ]
    return [(None, sentence(str(refused)))] if refused else []


def sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."
