"""Attendees and topics one by one: added to a contact, written over, taken away and brought back.

Each locks the interaction first, so that it stands in one order with whatever happens to the contact itself (M-06).
"""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import AlreadyDone, FieldProblem, Invalid, NotAllowed, NotFound, Problem
from apps.common.inserting import insert
from apps.engagements.differences import Befell, columns_of, told
from apps.engagements.drafts import Changes, NewAttendee, NewRecord, NewTopic, check_one
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.revising import assign, changed, require_unchanged
from apps.engagements.operations.rows import new_child, stamps
from apps.engagements.operations.telling import tell
from apps.topics.models import EngagementTopic
from apps.topics.tree import require_no_circle

Part = TypeVar("Part", EngagementAttendee, EngagementTopic)

PARENT = {"engagement_id", "voice_call_id"}


def add_attendee(draft: NewAttendee, *, by: User, at: datetime | None = None) -> EngagementAttendee:
    """Somebody took part; `engagement` names the interaction or a call of it (M-09). Publishes `engagement.changed`.

    Raises Invalid with every problem; an interaction that `by` may not see is none.
    """
    return _add(draft, EngagementAttendee, by, at)


def add_topic(draft: NewTopic, *, by: User, at: datetime | None = None) -> EngagementTopic:
    """A subject was handled; otherwise as `add_attendee`."""
    return _add(draft, EngagementTopic, by, at)


def revise_attendee(
    attendee: EngagementAttendee,
    changes: Changes,
    *,
    by: User,
    at: datetime | None = None,
    unchanged_since: datetime | None = None,
) -> EngagementAttendee:
    """Write over an attendee. Publishes `engagement.changed`; what changes nothing writes nothing.

    Raises Invalid with every problem, NotFound if it is gone, Outdated if it was written after `unchanged_since`.
    """
    return _revise(attendee, changes, by, at, unchanged_since)


def revise_topic(
    topic: EngagementTopic,
    changes: Changes,
    *,
    by: User,
    at: datetime | None = None,
    unchanged_since: datetime | None = None,
) -> EngagementTopic:
    """As `revise_attendee`. A topic does not stand below itself (C-21)."""
    return _revise(topic, changes, by, at, unchanged_since)


def delete_attendee(attendee: EngagementAttendee, *, by: User, at: datetime | None = None) -> None:
    """Hide the attendee. Publishes `engagement.changed`. Raises NotFound if it is gone."""
    _delete(attendee, by, at)


def delete_topic(topic: EngagementTopic, *, by: User, at: datetime | None = None) -> None:
    """As `delete_attendee`. Topics below it go on naming it."""
    _delete(topic, by, at)


def undelete_attendee(attendee: EngagementAttendee, *, by: User, at: datetime | None = None) -> EngagementAttendee:
    """Bring the attendee back. Publishes `engagement.changed`.

    Raises AlreadyDone if it is not deleted, NotAllowed while its interaction is.
    """
    return _undelete(attendee, by, at)


def undelete_topic(topic: EngagementTopic, *, by: User, at: datetime | None = None) -> EngagementTopic:
    """As `undelete_attendee`."""
    return _undelete(topic, by, at)


@transaction.atomic
def _add(draft: NewRecord, model: type[Part], by: User, at: datetime | None) -> Part:
    at = at or clock.now()
    draft.required = {*draft.required, "engagement"}
    values = check_one(draft, by=by)
    parent = _parent(values, by)
    row: Part = new_child(model, values, stamps(by, at))
    insert([row])
    draft.row = row
    tell("engagement.changed", parent, by=by, at=at, changes=told(row, Befell.CREATED))
    return row


@transaction.atomic
def _revise(row: Part, changes: Changes, by: User, at: datetime | None, since: datetime | None) -> Part:
    at = at or clock.now()
    interaction = _lock_interaction(row)
    found: Part = _lock(row)
    require_unchanged(found, since)
    changes.row, before = found, columns_of(found)
    values = check_one(changes, by=by)
    if values.keys() >= PARENT:
        interaction = _parent(values, by)
    if values.get("parent_topic_id") is not None:
        require_no_circle(found.pk, values["parent_topic_id"])
    assign(found, values)
    if change := changed(found, before):
        found.touch(by_id=by.pk)
        found.save()
        tell("engagement.changed", interaction, by=by, at=at, changes=change)
    return found


@transaction.atomic
def _delete(row: Part, by: User, at: datetime | None) -> None:
    at = at or clock.now()
    interaction = _lock_interaction(row)
    found: Part = _lock(row)
    found.deleted_at = at
    found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
    tell("engagement.changed", interaction, by=by, at=at, changes=told(found, Befell.DELETED))


@transaction.atomic
def _undelete(row: Part, by: User, at: datetime | None) -> Part:
    at = at or clock.now()
    interaction = EngagementInteraction.with_deleted.locked().get(pk=row.engagement_id)
    found: Part = type(row).with_deleted.locked().get(pk=row.pk)
    if found.deleted_at is None:
        raise AlreadyDone(gettext("it is not deleted"))
    if interaction.deleted_at is not None:
        raise NotAllowed(gettext("its interaction is deleted: bring that back"))
    found.deleted_at = None
    found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
    tell("engagement.changed", interaction, by=by, at=at, changes=told(found, Befell.UNDELETED))
    return found


def _lock_interaction(row: Part) -> EngagementInteraction:
    found = EngagementInteraction.objects.locked().filter(pk=row.engagement_id).first()
    if found is None:
        raise NotFound(gettext("no such interaction"))
    return found


def _lock(row: Part) -> Part:
    # Not a key lock: whoever puts another topic below this one need not wait, and so cannot come to wait in a circle.
    rows = type(row).objects.select_for_update(of=("self",), no_key=True)
    found: Part | None = rows.filter(pk=row.pk).first()
    if found is None:
        raise NotFound(gettext("no such record"))
    return found


def _parent(values: dict[str, Any], by: User) -> EngagementInteraction:
    """The interaction that the values name, itself or by a call of it, under lock; they name it afterwards."""
    call_id = values["voice_call_id"]
    named = {"voice_calls": call_id, "voice_calls__deleted_at": None} if call_id else {"pk": values["engagement_id"]}
    found = EngagementInteraction.objects.visible_to(by).locked().filter(**named).first()
    if found is None:
        raise no_such_engagement()
    values["engagement_id"] = found.pk
    return found


def no_such_engagement() -> Invalid:
    return Invalid(FieldProblem(Problem.NO_SUCH_RECORD, ["engagement"], gettext("There is no such engagement.")))
