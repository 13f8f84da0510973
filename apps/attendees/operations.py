"""Setting up how people make sure who somebody is."""

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import drop_unused, keep
from apps.attendees.models import VerificationProcess
from apps.common.errors import FieldProblem, Invalid, Problem


@transaction.atomic
def configure(row: VerificationProcess, *, by: User) -> None:
    """Write the process; it counts from the next check on. Raises as `accounts.operations.keep`.

    Invalid for one that asks nothing, or wants more answers than it has questions.
    """
    if not row.required and not row.least:
        raise Invalid(FieldProblem(Problem.REQUIRED, ["must"], gettext("something has to match")))
    if (row.least or 0) > len(row.optional):
        raise Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["least"], gettext("there are fewer further questions")))
    keep(row, by=by)


@transaction.atomic
def remove(row: VerificationProcess, *, by: User) -> None:
    """Take the process away; checks that were made by it keep its name. Raises as `accounts.operations.drop`."""
    drop_unused(row, by=by)
