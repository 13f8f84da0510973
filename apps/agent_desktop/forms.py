"""What an agent types, checked at the field."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.attendees.models import EngagementAttendee
from apps.common.words import later as _
from apps.engagements.forms import RecordForm
from apps.engagements.models import EngagementInteraction
from apps.objects import registry
from apps.objects.columns import Column, columns_of
from apps.queues.models import Disposition
from apps.topics.models import EngagementTopic


class PairForm(forms.Form):
    """A pair of user data."""

    key = forms.CharField(
        label=_("Name"),
        max_length=80,
        error_messages={"required": _("Give the pair a name."), "max_length": _("A name has at most 80 characters.")},
    )
    value = forms.CharField(
        label=_("Value"),
        max_length=2000,
        required=False,
        error_messages={"max_length": _("A value has at most 2,000 characters.")},
    )


class OutcomeForm(forms.Form):
    """How a contact ended."""

    disposition: "forms.ModelChoiceField[Disposition]" = forms.ModelChoiceField(
        queryset=None,
        to_field_name="uuid",
        required=False,
        error_messages={"invalid_choice": _("This disposition is not there any more. Choose another.")},
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


_PERSON = ("ExternalAttendeeId", "Role")
_TOPIC = (
    "Name",
    "ParentTopicId",
    "RelatedPersonId",
    "ProcessType",
    "ProcessName",
    "ProcessStatus",
    "ProcessFailureReason",
    "InteractionSummary",
)


def person_form(interaction: EngagementInteraction, row: Any = None, given: Any = None) -> RecordForm:
    """Of somebody who takes part, what agents fill in. Whether it is sure who that is, is said by its own step."""
    return RecordForm(registry.of(EngagementAttendee), row, given, columns=_columns(EngagementAttendee, _PERSON))


def topic_form(interaction: EngagementInteraction, row: Any = None, given: Any = None) -> RecordForm:
    """Of a topic, what agents fill in; it stands below another one of the same contact."""
    here = EngagementTopic.objects.filter(engagement=interaction)
    sobject = registry.of(EngagementTopic)
    others = [(sobject.id_of(each.pk), each.name) for each in here if row is None or each.pk != row.pk]
    columns = _columns(EngagementTopic, _TOPIC)
    return RecordForm(registry.of(EngagementTopic), row, given, columns=columns, choices={"ParentTopicId": others})


def _columns(model: Any, names: Sequence[str]) -> list[Column]:
    """The documented columns of these names, in their order, then the tenant's own."""
    columns = {column.name: column for column in columns_of(registry.of(model)).values()}
    own = [column for column in columns.values() if column.custom and not column.component]
    return [*(columns[name] for name in names), *own]
