"""Writing a contact down that was never live here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import Invalid
from apps.common.inserting import insert
from apps.engagements.drafts import NewInteraction, check
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.rows import new_child, new_interaction, owner_as_attendee, stamps
from apps.engagements.operations.telling import tell_each
from apps.engagements.operations.uniqueness import find_taken, one_identifier
from apps.engagements.written import nothing_yet
from apps.topics.models import EngagementTopic

Stored = list[dict[str, Any]]  # the columns of the interaction, then of each attendee and topic


def record(draft: NewInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Write down a contact with its attendees and topics, all or nothing. Publishes `engagement.recorded`.

    Adds an attendee for the owner (C-14). Each part of the draft gets its `row`. Raises Invalid with every problem,
    ordered interaction, attendees, topics. An external identifier that is taken undoes the caller's transaction, too:
    a savepoint for each create would cost more than it is worth, and who wants to go on sets one.
    """
    at = at or clock.now()
    stored = _checked(draft, by)
    with transaction.atomic(savepoint=False):
        row = new_row(draft, stored, stamps(by, at), at)
        with one_identifier(row):
            insert([row])
        write_rest([(draft, stored)], by, at)
    return row


def _checked(draft: NewInteraction, by: User) -> Stored:
    """Whether the identifier is taken shows when the row is written; where that will not be, it is asked."""
    try:
        return check(draft, by=by)
    except Invalid as invalid:
        own = [each for each in invalid.problems if "[" not in each.fields[0].partition(".")[0]]
        taken = find_taken(draft.values.get("external_identifier"))
        raise Invalid(*own, *taken, *(each for each in invalid.problems if each not in own)) from None


def new_row(draft: NewInteraction, stored: Stored, stamped: Mapping[str, Any], at: datetime) -> EngagementInteraction:
    """The interaction that the draft becomes, not yet written."""
    row = draft.row = new_interaction(stored[0], state=draft.mapped_state, at=at, stamps=stamped)
    return row


def write_rest(written: Sequence[tuple[NewInteraction, Stored]], by: User, at: datetime) -> None:
    """What belongs to interactions that are inserted: attendees, topics, events."""
    stamped = stamps(by, at)
    attendees: list[EngagementAttendee] = []
    topics: list[EngagementTopic] = []
    for draft, (_, *children) in written:
        listed = _children(EngagementAttendee, draft, draft.attendees, children, stamped)
        users = {each.internal_attendee_id for each in listed} | {*draft.announced}
        attendees += [*listed, *owner_as_attendee(draft.row, users, stamped)]
        topics += _children(EngagementTopic, draft, draft.topics, children[len(listed) :], stamped)
        nothing_yet(draft.row)
    insert(attendees)
    insert(topics)
    tell_each("engagement.recorded", [(draft.row, {}) for draft, _ in written], by=by, at=at)


def _children(
    model: Any, draft: NewInteraction, parts: Sequence[Any], stored: Iterable[Any], stamped: Mapping[str, Any]
) -> list[Any]:
    for part, columns in zip(parts, stored, strict=False):
        part.row = new_child(model, {**columns, "engagement_id": draft.row.pk}, stamped)
    return [part.row for part in parts]
