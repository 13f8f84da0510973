"""Canned texts are written: everybody's by an administrator, an agent's own by that agent."""

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import drop, keep
from apps.accounts.operations.setup import save_checked
from apps.agents.models import Agent
from apps.common.errors import FieldProblem, Invalid, NotFound, Problem
from apps.common.storable import unstorable
from apps.messaging.models import CannedText

MOST = 200  # of one agent


@transaction.atomic
def configure_text(row: CannedText, *, by: User) -> None:
    """Write a text of everybody's. Raises as `accounts.operations.keep`."""
    keep(row, by=by)


@transaction.atomic
def remove_text(row: CannedText, *, by: User) -> None:
    """Take a text of everybody's away. Raises as `accounts.operations.drop`."""
    drop(row, by=by)


@transaction.atomic
def keep_own_text(name: str, text: str, *, by: Agent) -> CannedText:
    """Keep a text of the agent's own, in place of the former one of this name.

    Raises Invalid for what is empty, too long or cannot be kept, and beyond `MOST`.
    """
    name, text = name.strip(), text.replace("\r\n", "\n").strip()
    if problem := unstorable([name, text]):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["text"], problem))
    mine = CannedText.objects.filter(agent=by)
    row = mine.filter(name__iexact=name).first() or CannedText(agent=by)
    if row.pk is None and mine.count() >= MOST:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG, ["name"], gettext("You have {MOST} texts: remove one first.").format(MOST=MOST)
            )
        )
    row.name, row.text = name, text
    save_checked(row)
    return row


@transaction.atomic
def drop_own_text(key: int, *, by: Agent) -> None:
    """Raises NotFound unless it is the agent's own."""
    found = CannedText.objects.filter(agent=by, pk=key).first()
    if found is None:
        raise NotFound(gettext("there is no such text of yours"))
    found.delete()
