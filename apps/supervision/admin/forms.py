"""The form of every setup screen."""

import re
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext

from apps.accounts.hiding import WITHHELD, is_withheld
from apps.common.errors import Invalid, SwitchroomError
from apps.common.words import later as _

_CONSTRAINT = re.compile(r"Constraint “\w+?(_unique)?” is violated\.")
_CONTRADICTION = _("These values cannot stand together.")


class SetupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows what the operation refused, and checks constraints that name the tenant, too."""

    refused: SwitchroomError | None = None
    named = ""  # the field that a name which stands already is said at

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            if is_withheld(self.initial.get(name), name):
                field.disabled, field.help_text = True, WITHHELD

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
