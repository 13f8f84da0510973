"""A supervisor listens in without being heard. The sound is the telephone system's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.common.errors import AlreadyDone, NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Monitor
from apps.queues.operations.holding import CONVERSATIONS
from apps.queues.operations.live import lock


@transaction.atomic
def monitor(
    interaction: EngagementInteraction, *, by: User, extension: Mapping[str, Any], at: datetime | None = None
) -> Monitor:
    """Begin to listen in. Publishes `call.monitored`, which the agents do not hear.

    Raises AlreadyDone if the user listens already, NotAllowed for what is no call, or to one who takes part.
    """
    live = lock(interaction, "hold", by=by, at=at)
    if live.interaction.channel not in CONVERSATIONS:
        raise NotAllowed("only a call can be listened to")
    if any(part.agent.user_id == by.pk for part in live.working):
        raise NotAllowed("you take part yourself")
    if listening(live.interaction, by):
        raise AlreadyDone("you are listening already")
    made = Monitor.objects.create(interaction=live.interaction, user=by, extension=dict(extension), started_at=live.at)
    live.tell("call.monitored", [], {"listener": str(by.uuid)}, watchers=[by.pk])
    return made


@transaction.atomic
def stop_monitoring(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> Monitor:
    """Listen no more. Publishes `call.unmonitored`. Raises NotAllowed if the user does not listen."""
    live = lock(interaction, "revise", by=by, at=at)
    found = listening(live.interaction, by)
    if found is None:
        raise NotAllowed("you are not listening")
    live.not_before(found.started_at)
    found.ended_at = live.at
    found.save(update_fields=["ended_at"])
    live.tell("call.unmonitored", [], {"listener": str(by.uuid)}, watchers=[by.pk])
    return found


def listening(interaction: EngagementInteraction, user: User) -> Monitor | None:
    """What the user is listening to just now, of this interaction."""
    return Monitor.objects.filter(interaction=interaction, user=user, ended_at=None).first()
