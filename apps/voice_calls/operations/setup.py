"""Setting up call centres: who may speak to us as which telephone system, and where its numbers lead."""

from django.db import transaction

from apps.accounts.keys import refusal
from apps.accounts.models import User
from apps.accounts.operations import drop, keep
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.voice_calls.models import CallCenter, CallCenterKey, CallCenterRoutingMap, NumberRoute


@transaction.atomic
def configure(row: CallCenter | CallCenterKey | CallCenterRoutingMap | NumberRoute, *, by: User) -> None:
    """Write the row. Raises as `accounts.operations.keep`; Invalid for what is no public key or leads nowhere.

    NotAllowed for another key in the place of one: tokens were signed with it. It is retired, and a new one added.
    """
    if isinstance(row, CallCenterKey):
        _check_key(row)
    if isinstance(row, NumberRoute) and (row.queue is None) == (row.flow is None):
        raise Invalid(FieldProblem(Problem.CONTRADICTION, ["queue"], "a number leads to one queue or to one flow"))
    keep(row, by=by)


@transaction.atomic
def remove(row: CallCenterRoutingMap | NumberRoute, *, by: User) -> None:
    """Forget where a number, or a name of the telephone system, leads."""
    drop(row, by=by)


def _check_key(row: CallCenterKey) -> None:
    before = CallCenterKey.objects.filter(pk=row.pk).first()
    if before and before.public_key != row.public_key:
        raise NotAllowed("a key is never changed: retire it and add another")
    if before is None and (why := refusal(row.public_key)):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["public_key"], why))
