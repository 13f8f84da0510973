"""Writing a contact down that was never live here."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.inserting import insert
from apps.engagements.drafts import NewInteraction, check
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.rows import new_child, new_interaction, owner_as_attendee, stamps
from apps.engagements.operations.telling import tell
from apps.engagements.operations.uniqueness import one_identifier
from apps.topics.models import EngagementTopic


def record(draft: NewInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Write down a contact with its attendees and topics, all or nothing. Publishes `engagement.recorded`.

    Adds an attendee for the owner (C-14). Each part of the draft gets its `row`. Raises Invalid with every problem,
    ordered interaction, attendees, topics. An external identifier that is taken undoes the caller's transaction, too:
    a savepoint for each create would cost more than it is worth, and who wants to go on sets one.
    """
    at = at or clock.now()
    checked = check(draft, by=by)
    with transaction.atomic(savepoint=False):
        return _write(draft, checked, by, at)


def _write(draft: NewInteraction, checked: list[dict[str, Any]], by: User, at: datetime) -> EngagementInteraction:
    own, *children = checked
    stamped = stamps(by, at)
    interaction = draft.row = new_interaction(own, state=draft.mapped_state, at=at, stamps=stamped)
    with one_identifier(interaction):
        insert([interaction])
    attendees = [new_child(EngagementAttendee, interaction, each, stamped) for each in children[: len(draft.attendees)]]
    topics = [new_child(EngagementTopic, interaction, each, stamped) for each in children[len(draft.attendees) :]]
    for part, row in zip((*draft.attendees, *draft.topics), (*attendees, *topics), strict=True):
        part.row = row
    insert([*attendees, *owner_as_attendee(interaction, attendees, stamped)])
    insert(topics)
    tell("engagement.recorded", interaction, by=by, at=at)
    return interaction
