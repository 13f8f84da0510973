"""Writing over the record of what may be live."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import Forbidden
from apps.engagements import operations as engagements
from apps.engagements.models import EngagementInteraction, MappedState
from apps.engagements.operations import Changes
from apps.engagements.operations.uniqueness import one_identifier
from apps.queues.operations.live import lock
from apps.queues.operations.work import close


@transaction.atomic
def revise(
    interaction: EngagementInteraction,
    changes: Changes,
    *,
    by: User,
    at: datetime | None = None,
    unchanged_since: datetime | None = None,
) -> EngagementInteraction:
    """Write over the record; a Status that stands for Completed ends a live contact (M-15).

    Publishes `engagement.changed` with what is other than before, and `engagement.closed` if it ended. Raises as
    `engagements.operations.revise`, and Forbidden for an agent who would end a contact of others.
    """
    live = lock(interaction, "revise", by=by, at=at)
    found = live.interaction
    told = engagements.write_over(found, changes, by=by, at=live.at, unchanged_since=unchanged_since)
    live.changes.update(told)
    if told:
        with one_identifier(found):
            live.finish("engagement.changed")
    if not found.is_live or "status" not in changes.values or found.mapped_state != MappedState.COMPLETED:
        return found
    mine = found.owner_id == by.pk or any(offer.agent.user_id == by.pk for offer in live.offers)
    if not by.manages_everything and not mine:
        raise Forbidden(gettext("whoever works on it ends it"))
    return close(found, by=by, at=at)
