"""An offer is answered, a contact ends, an agent is done with it."""

from typing import Any

from django.http import QueryDict

from apps.agent_desktop.acts.base import Refused, refusals
from apps.agent_desktop.acts.recording import keep_fields, keep_note
from apps.agent_desktop.forms import OutcomeForm, work_form
from apps.agents.models import Agent
from apps.engagements.forms.overtaken import as_sent
from apps.engagements.forms.record import BEFORE
from apps.engagements.models import EngagementInteraction
from apps.queues import operations


def accept(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.accept(interaction, by=by)


def reject(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.reject(interaction, by=by)


def hang_up(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """The contact is over, for everybody in it."""
    operations.hang_up(interaction, by=by)


def leave(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """This agent goes, the others stay with the customer."""
    operations.leave(interaction, by=by)


def choose_outcome(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.set_disposition(interaction, _outcome(given), by=by)


def complete(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """Done. Whatever was typed in the other forms of the contact, and came along, is kept first."""
    if BEFORE in given:
        keep_fields(interaction, by, given)
    if "note" in given:
        keep_note(interaction, by, given)
    _require_fields(interaction, given)
    with refusals("wrapup", given):
        operations.complete(interaction, by=by, disposition=_outcome(given))


def _outcome(given: QueryDict) -> Any:
    form = OutcomeForm(given)
    if not form.is_valid():
        raise Refused("wrapup", given, {name: str(errors[0]) for name, errors in form.errors.items()})
    return form.cleaned_data["disposition"]


def _require_fields(interaction: EngagementInteraction, given: QueryDict) -> None:
    """An administrator's required fields are filled in before the contact is done."""
    interaction.refresh_from_db()
    form = work_form(interaction)
    own = [(name, column.custom) for name, column in form.columns.items() if column.custom]
    missing = [name for name, field in own if field.is_required and form.now[name] in (None, "")]
    if missing:
        bound = work_form(interaction, given if BEFORE in given else as_sent(form))
        bound.is_valid()  # which puts what is missing at its field
        raise Refused("fields", given, {}, bound)
