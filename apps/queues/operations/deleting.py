"""Deleting what may be live."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.engagements import operations as engagements
from apps.engagements.models import EngagementInteraction
from apps.queues.operations.work import close


@transaction.atomic
def delete(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> None:
    """Close the interaction if it is live, then hide it with its attendees and topics (M-24).

    Publishes `engagement.closed` if it was live, and `engagement.deleted`. Raises NotFound if it is gone already.
    """
    found = EngagementInteraction.objects.locked().filter(pk=interaction.pk).first()
    if found and found.is_live:
        close(found, by=by, at=at)
    engagements.delete(interaction, by=by, at=at)
