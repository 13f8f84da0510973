"""What became of each of many: the row, or why there is none. One's refusal hinders no other."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, transaction
from psycopg.errors import DeadlockDetected

from apps.common.errors import SwitchroomError
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.uniqueness import duplicate, is_taken

Row = TypeVar("Row")


def rows_of(outcomes: Iterable[Any]) -> list[Any]:
    """The rows among the outcomes."""
    return [each for each in outcomes if not isinstance(each, SwitchroomError)]


def attempt(act: Callable[[], Row]) -> Row | SwitchroomError:
    """What it returns, or the error of ours that it raises with nothing of it written."""
    try:
        with transaction.atomic():
            return act()
    except SwitchroomError as error:
        return error


def write_unique(outcomes: list[Any], write: Callable[[Sequence[EngagementInteraction]], None]) -> None:
    """Write the interactions among the outcomes; one whose external identifier is another's becomes its problem (C-05).

    Of several with the same one the first is written.
    """
    while True:
        _refuse_taken(outcomes)
        rows = rows_of(outcomes)
        try:
            with transaction.atomic(savepoint=any(row.external_identifier for row in rows)):
                return write(rows)
        except DatabaseError as error:  # somebody took one since we asked, or takes several in another order: ask again
            if not is_taken(error) and not isinstance(error.__cause__, DeadlockDetected):
                raise


def _refuse_taken(outcomes: list[Any]) -> None:
    wanted = {row.external_identifier for row in rows_of(outcomes)} - {None}
    if not wanted:
        return
    holders = EngagementInteraction.objects.filter(external_identifier__in=wanted)
    held = dict(holders.values_list("external_identifier", "uuid"))
    for index, row in enumerate(outcomes):
        if isinstance(row, SwitchroomError) or row.external_identifier is None:
            continue
        if held.setdefault(row.external_identifier, row.uuid) != row.uuid:
            outcomes[index] = duplicate(row.external_identifier)
