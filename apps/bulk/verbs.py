"""By which operations the records of each list are changed; each returns of every row the row or why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.engagements import operations as records
from apps.engagements.operations import Changes
from apps.engagements.operations.many import attempt, delete_parts, revise_parts
from apps.queues import operations as live
from apps.voice_calls import operations as calls

Outcomes: TypeAlias = list[Any]  # of each the row, or a SwitchroomError


@dataclass(frozen=True)
class Verbs:
    revise: Callable[..., Outcomes]
    delete: Callable[..., Outcomes]
    undelete: Callable[..., Outcomes]


def each(do: Callable[..., Any]) -> Callable[..., Outcomes]:
    """The operation on one, done to many; one's refusal hinders no other."""

    def all_of(items: Sequence[Any], *, by: User) -> Outcomes:
        return [attempt(partial(_done, do, item, by)) for item in items]

    return all_of


def _done(do: Callable[..., Any], item: Any, by: User) -> Any:
    if isinstance(item, Changes):
        return do(item.row, item, by=by)
    return do(item, by=by) or item


def refused(outcome: Any) -> SwitchroomError | None:
    return outcome if isinstance(outcome, SwitchroomError) else None


VERBS: Mapping[str, Verbs] = {
    "interactions": Verbs(live.revise_many, live.delete_many, each(records.undelete)),
    "attendees": Verbs(revise_parts, delete_parts, each(records.undelete_attendee)),
    "topics": Verbs(revise_parts, delete_parts, each(records.undelete_topic)),
    "calls": Verbs(each(calls.revise_call), each(calls.delete_call), each(calls.undelete_call)),
}
