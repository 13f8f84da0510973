"""What an act of the agent is, and how a refused one is told."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import Invalid, NotAllowed
from apps.engagements.models import EngagementInteraction
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
    """`opens` is what the page shows afterwards: this contact, what it showed before, or whatever comes next.

    An act of opening returns the contact that it opened; `opens` is `made` then. `tallies`: the day's figures and the
    workbins change. `takes_files`: what was uploaded is handed over, too.
    """

    do: Callable[..., EngagementInteraction | None]
    opens: str = "this"
    tallies: bool = False
    takes_files: bool = False


@contextmanager
def refusals(form: str, given: Given) -> Iterator[None]:
    """What the operation finds wrong with the values stands at the form's fields of the same names."""
    try:
        yield
    except Invalid as error:
        problems = {name: problem.message for problem in error.problems for name in problem.fields}
        raise Refused(form, given, problems) from error


def require_in_hand(interaction: EngagementInteraction, by: Agent) -> None:
    """Raise NotAllowed unless the agent works on it, or wraps it up."""
    if not WorkOffer.objects.filter(interaction=interaction, agent=by, state__in=_IN_HAND).exists():
        raise NotAllowed(gettext("this is no longer yours"))


def key_in(text: str) -> int:
    """A key as a form sends it; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
