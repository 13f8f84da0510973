"""What an agent does with a piece of work. Each is one operation; what it refuses comes back as a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from apps.agent_desktop.forms import OutcomeForm, PairForm, work_form
from apps.agents.models import Agent
from apps.common.errors import AlreadyDone, Invalid, NotAllowed
from apps.engagements.forms.overtaken import differences_of, merged
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes
from apps.queues import operations
from apps.queues.models import OfferState, WorkOffer

_IN_HAND = (OfferState.WORKING, OfferState.WRAP_UP)

Given = Mapping[str, Any]


class Refused(Exception):
    """A form was refused at its fields: `form` names it, `given` is what was typed, `problems` stand at the fields."""

    def __init__(self, form: str, given: Given, problems: Mapping[str, str], bound: Any = None) -> None:
        super().__init__(form)
        self.form, self.given, self.problems, self.bound = form, given, problems, bound


@dataclass(frozen=True)
class Act:
    """`opens` is what the page shows afterwards: this contact, what it showed before, or whatever comes next."""

    do: Callable[[EngagementInteraction, Agent, QueryDict], object]
    opens: str = "this"


def perform(name: str, interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """Raises KeyError for an unknown act, Refused for what was typed, and what the operation raises.

    A second click does no harm: what is done already is done.
    """
    act = ACTS[name]
    try:
        act.do(interaction, by, given)
    except AlreadyDone:
        return


def _accept(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.accept(interaction, by=by)


def _reject(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.reject(interaction, by=by)


def _hang_up(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.hang_up(interaction, by=by)


def _outcome(given: QueryDict) -> Any:
    form = OutcomeForm(given)
    if not form.is_valid():
        raise Refused("wrapup", given, {name: str(errors[0]) for name, errors in form.errors.items()})
    return form.cleaned_data["disposition"]


def _disposition(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.set_disposition(interaction, _outcome(given), by=by)


def _complete(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    try:
        operations.complete(interaction, by=by, disposition=_outcome(given))
    except Invalid as error:
        problems = {name: problem.message for problem in error.problems for name in problem.fields}
        raise Refused("wrapup", given, problems) from error


def _attach(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    form = PairForm(given)
    if not form.is_valid():
        raise Refused("data", given, {name: str(errors[0]) for name, errors in form.errors.items()})
    operations.attach_user_data(interaction, {form.cleaned_data["key"]: form.cleaned_data["value"]}, by=by)


def _remove(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.delete_user_data(interaction, [given.get("key", "")], by=by)


def _write_fields(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """Only what this agent changed is written; a field that somebody else changed too is shown first."""
    if not WorkOffer.objects.filter(interaction=interaction, agent=by, state__in=_IN_HAND).exists():
        raise NotAllowed("this is no longer yours")
    form = work_form(interaction, given)
    if not form.is_valid():
        raise Refused("fields", given, {}, form)
    differences = differences_of(form)
    if clashes := [each for each in differences if each.is_mine]:
        again = work_form(interaction, merged(form, given, differences))
        for each in clashes:
            again.add_error(
                each.name, f"It became {each.now or 'empty'} meanwhile. Save again to put yours in its place."
            )
        raise Refused("fields", given, {}, again)
    values, pairs = form.values(form.changes())
    try:
        operations.revise(interaction, Changes(values, pairs, numeric_text=True, row=interaction), by=by.user)
    except Invalid as refused:
        form.refuse(refused)
        raise Refused("fields", given, {}, form) from refused


ACTS = {
    "accept": Act(_accept),
    "reject": Act(_reject, opens="before"),
    "hang_up": Act(_hang_up),
    "disposition": Act(_disposition),
    "complete": Act(_complete, opens="next"),
    "fields": Act(_write_fields),
    "attach": Act(_attach),
    "remove": Act(_remove),
}
