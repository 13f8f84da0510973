"""What waits becomes more or less urgent."""

from datetime import datetime

from django.db import transaction

from apps.common.errors import NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.queues.models import QueueEntry
from apps.queues.operations.live import Actor, lock


@transaction.atomic
def prioritise(
    interaction: EngagementInteraction, *, priority: int, by: Actor, at: datetime | None = None
) -> QueueEntry | None:
    """The open stay gets this priority and keeps its turn among those of the same. Publishes `engagement.changed`.

    None, with nothing written, if it has it already. Raises NotAllowed unless the interaction waits.
    """
    live = lock(interaction, "move", by=by, at=at)
    if live.entry is None:
        raise NotAllowed("it does not wait")
    if live.entry.priority == priority:
        return None
    live.changes["priority"] = [live.entry.priority, priority]
    live.entry.priority = priority
    live.entry.save(update_fields=["priority"])
    live.finish("engagement.changed")
    return live.entry
