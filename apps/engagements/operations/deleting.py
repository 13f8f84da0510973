"""Into the recycle bin and out of it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import AlreadyDone, NotAllowed, NotFound
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.telling import tell
from apps.engagements.operations.uniqueness import one_identifier
from apps.objects.records import Record
from apps.topics.models import EngagementTopic


@transaction.atomic
def delete(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> None:
    """Hide the interaction with its attendees and topics (C-31). Publishes `engagement.deleted`.

    Raises NotFound if it is gone already, NotAllowed while it is live: `queues.operations.delete` closes first (M-24).
    """
    at = at or clock.now()
    found = EngagementInteraction.objects.locked().filter(pk=interaction.pk).first()
    if found is None:
        raise NotFound(gettext("no such interaction"))
    if found.is_live:
        raise NotAllowed(gettext("a live interaction is closed before it is deleted"))
    found.deleted_at = at  # the children get the same instant, so that undelete knows which went with it
    found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
    for model in (EngagementAttendee, EngagementTopic):
        model.objects.filter(engagement=found).update(deleted_at=at, **_touched(found))
    tell("engagement.deleted", found, by=by, at=at)


@transaction.atomic
def undelete(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Bring the interaction back with what was deleted along with it (M-24). Publishes `engagement.undeleted`.

    Raises AlreadyDone if it is not deleted, Invalid if its external identifier was taken meanwhile.
    """
    at = at or clock.now()
    found = EngagementInteraction.with_deleted.locked().filter(pk=interaction.pk).first()
    if found is None:
        raise NotFound(gettext("no such interaction"))
    if found.deleted_at is None:
        raise AlreadyDone(gettext("it is not deleted"))
    deleted_at, found.deleted_at = found.deleted_at, None
    with one_identifier(found):
        found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
    for model in (EngagementAttendee, EngagementTopic):
        rows = model.with_deleted.filter(engagement=found, deleted_at=deleted_at)
        rows.update(deleted_at=None, **_touched(found))
    tell("engagement.undeleted", found, by=by, at=at)
    return found


def _touched(found: Record) -> dict[str, Any]:
    return {column: getattr(found, column) for column in ("last_modified_date", "system_modstamp", "last_modified_by")}
