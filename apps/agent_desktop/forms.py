"""What an agent types, checked at the field."""

from typing import Any

from django import forms

from apps.engagements.forms import RecordForm
from apps.engagements.models import EngagementInteraction
from apps.objects import registry
from apps.objects.columns import columns_of
from apps.queues.models import Disposition


class PairForm(forms.Form):
    """A pair of user data."""

    key = forms.CharField(
        label="Name",
        max_length=80,
        error_messages={"required": "Give the pair a name.", "max_length": "A name has at most 80 characters."},
    )
    value = forms.CharField(
        label="Value",
        max_length=2000,
        required=False,
        error_messages={"max_length": "A value has at most 2,000 characters."},
    )


class OutcomeForm(forms.Form):
    """How a contact ended."""

    disposition: "forms.ModelChoiceField[Disposition]" = forms.ModelChoiceField(
        queryset=None,
        to_field_name="uuid",
        required=False,
        error_messages={"invalid_choice": "This disposition is not there any more. Choose another."},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["disposition"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Disposition.objects.filter(is_active=True)


def work_form(interaction: EngagementInteraction, given: Any = None) -> RecordForm:
    """Of the record, what agents fill in: the Status and the fields that an administrator added."""
    sobject = registry.of(interaction)
    columns = [
        column
        for column in columns_of(sobject).values()
        if column.name == "Status" or (column.custom and not column.component)
    ]
    form = RecordForm(sobject, interaction, given, columns=columns)
    form.fields["Status"].help_text = ""  # which speaks of states that no agent sees
    return form
