"""Writing contacts down that were never live here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from psycopg.errors import DeadlockDetected

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import Invalid
from apps.common.inserting import insert
from apps.engagements.drafts import NewInteraction, check, check_each
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.rows import new_child, new_interaction, owner_as_attendee, stamps
from apps.engagements.operations.telling import tell_each
from apps.engagements.operations.uniqueness import duplicate, is_taken, one_identifier
from apps.topics.models import EngagementTopic

_Stored = list[dict[str, Any]]  # the columns of the interaction, then of each attendee and topic


def record(draft: NewInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Write down a contact with its attendees and topics, all or nothing. Publishes `engagement.recorded`.

    Adds an attendee for the owner (C-14). Each part of the draft gets its `row`. Raises Invalid with every problem,
    ordered interaction, attendees, topics. An external identifier that is taken undoes the caller's transaction, too:
    a savepoint for each create would cost more than it is worth, and who wants to go on sets one.
    """
    at = at or clock.now()
    stored = check(draft, by=by)
    with transaction.atomic(savepoint=False):
        row = _new(draft, stored, by, at)
        with one_identifier(row):
            insert([row])
        _write_rest([(draft, stored)], by, at)
    return row


def record_many(
    drafts: Sequence[NewInteraction], *, by: User, at: datetime | None = None
) -> list[EngagementInteraction | Invalid]:
    """Write down many contacts, each as `record` does and none hindered by another's problems.

    Returns of each draft its row or what is wrong with it. Publishes `engagement.recorded` of each that was written.
    The number of queries does not depend on the number of drafts. Of several with one external identifier the first
    is written.
    """
    at = at or clock.now()
    checked = check_each(drafts, by=by)
    outcomes = [
        stored if isinstance(stored, Invalid) else _new(draft, stored, by, at)
        for draft, stored in zip(drafts, checked, strict=True)
    ]
    with transaction.atomic(savepoint=False):
        _insert_unique(outcomes)
        written = [
            (draft, stored)
            for draft, stored, row in zip(drafts, checked, outcomes, strict=True)
            if not isinstance(stored, Invalid) and not isinstance(row, Invalid)
        ]
        _write_rest(written, by, at)
    return outcomes


def _insert_unique(outcomes: list[EngagementInteraction | Invalid]) -> None:
    """Insert the rows; one whose external identifier is taken becomes its problem."""
    while True:
        _refuse_taken(outcomes)
        try:
            with transaction.atomic(savepoint=any(each.external_identifier for each in _rows(outcomes))):
                return insert(list(_rows(outcomes)))
        except DatabaseError as error:  # somebody took one since we asked, or takes several in another order: ask again
            if not is_taken(error) and not isinstance(error.__cause__, DeadlockDetected):
                raise


def _refuse_taken(outcomes: list[EngagementInteraction | Invalid]) -> None:
    wanted = {each.external_identifier for each in _rows(outcomes)} - {None}
    if not wanted:
        return
    holders = EngagementInteraction.objects.filter(external_identifier__in=wanted)
    taken = set(holders.values_list("external_identifier", flat=True))
    for index, row in enumerate(outcomes):
        if isinstance(row, Invalid) or row.external_identifier is None:
            continue
        if row.external_identifier in taken:
            outcomes[index] = duplicate(row.external_identifier)
        taken.add(row.external_identifier)


def _rows(outcomes: Iterable[EngagementInteraction | Invalid]) -> Iterable[EngagementInteraction]:
    return (each for each in outcomes if not isinstance(each, Invalid))


def _new(draft: NewInteraction, stored: _Stored, by: User, at: datetime) -> EngagementInteraction:
    row = draft.row = new_interaction(stored[0], state=draft.mapped_state, at=at, stamps=stamps(by, at))
    return row


def _write_rest(written: Sequence[tuple[NewInteraction, _Stored]], by: User, at: datetime) -> None:
    """What belongs to interactions that are inserted: attendees, topics, events."""
    stamped = stamps(by, at)
    attendees: list[EngagementAttendee] = []
    topics: list[EngagementTopic] = []
    for draft, (_, *children) in written:
        listed = _children(EngagementAttendee, draft, draft.attendees, children, stamped)
        attendees += [*listed, *owner_as_attendee(draft.row, listed, stamped)]
        topics += _children(EngagementTopic, draft, draft.topics, children[len(listed) :], stamped)
    insert(attendees)
    insert(topics)
    tell_each("engagement.recorded", [draft.row for draft, _ in written], by=by, at=at)


def _children(
    model: Any, draft: NewInteraction, parts: Sequence[Any], stored: Iterable[Any], stamped: Mapping[str, Any]
) -> list[Any]:
    for part, columns in zip(parts, stored, strict=False):
        part.row = new_child(model, {**columns, "engagement": draft.row}, stamped)
    return [part.row for part in parts]
