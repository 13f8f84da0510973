"""One contact to an external identifier."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.engagements.models import EngagementInteraction

_CONSTRAINT = "interaction_external_identifier_unique"


@contextmanager
def one_identifier(interaction: EngagementInteraction) -> Iterator[None]:
    """Raises Invalid where another contact holds the external identifier (C-05). The transaction is lost then."""
    try:
        yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != _CONSTRAINT:
            raise
        value = interaction.external_identifier
        message = f"The external identifier {value} is used by another interaction."
        raise Invalid(FieldProblem(Problem.DUPLICATE, ["external_identifier"], message, value)) from error
