"""One contact to an external identifier."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.storable import unstorable
from apps.engagements.models import EngagementInteraction

_CONSTRAINT = "interaction_external_identifier_unique"


@contextmanager
def one_identifier(interaction: EngagementInteraction) -> Iterator[None]:
    """Raises Invalid where another contact holds the external identifier (C-05). The transaction is lost then."""
    try:
        yield
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise duplicate(interaction.external_identifier) from error


def is_taken(error: DatabaseError) -> bool:
    """Whether the database refused a second holder of an external identifier."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) == _CONSTRAINT


def duplicate(value: str | None) -> Invalid:
    message = gettext("The external identifier {value} is used by another interaction.").format(value=value)
    return Invalid(FieldProblem(Problem.DUPLICATE, ["external_identifier"], message, value))


def find_taken(value: Any) -> Sequence[FieldProblem]:
    """The problem with an identifier that another contact holds now; none of what cannot be one."""
    wanted = value.strip() if isinstance(value, str) and not unstorable(value) else ""
    taken = wanted and EngagementInteraction.objects.filter(external_identifier=wanted).exists()
    return duplicate(wanted).problems if taken else ()
