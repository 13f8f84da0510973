"""What an agent writes down about a contact."""

from django.http import QueryDict
from django.utils.translation import gettext

from apps.accounts.hiding import restored
from apps.agent_desktop.acts.base import Refused, refusals, require_in_hand
from apps.agent_desktop.forms import PairForm, work_form
from apps.agents.models import Agent
from apps.common.errors import Invalid
from apps.engagements.forms.overtaken import differences_of, merged
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes
from apps.queues import operations


def attach(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    form = PairForm(given)
    if not form.is_valid():
        raise Refused("data", given, {name: str(errors[0]) for name, errors in form.errors.items()})
    operations.attach_user_data(interaction, {form.cleaned_data["key"]: form.cleaned_data["value"]}, by=by)


def remove(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.delete_user_data(interaction, [given.get("key", "")], by=by)


def keep_note(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """The agent's one note; saved unchanged, nothing is written."""
    kept = interaction.user_data.get(operations.NOTE, "")
    text = restored(given.get("note", "").replace("\r\n", "\n"), str(kept))
    if text == kept:
        return
    with refusals("notes", given):
        operations.write_note(interaction, text, by=by)


def keep_fields(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """Only what this agent changed is written; a field that somebody else changed too is shown first."""
    require_in_hand(interaction, by)
    form = work_form(interaction, given)
    if not form.is_valid():
        raise Refused("fields", given, {}, form)
    differences = differences_of(form)
    if clashes := [each for each in differences if each.is_mine]:
        again = work_form(interaction, merged(form, given, differences))
        for each in clashes:
            again.add_error(
                each.name,
                gettext("It became {value} meanwhile. Save again to put yours in its place.").format(
                    value=each.now or "empty"
                ),
            )
        raise Refused("fields", given, {}, again)
    values, pairs = form.values(form.changes())
    try:
        operations.revise(interaction, Changes(values, pairs, numeric_text=True, row=interaction), by=by.user)
    except Invalid as refused:
        form.refuse(refused)
        raise Refused("fields", given, {}, form) from refused
