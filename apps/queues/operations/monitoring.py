"""A supervisor listens in without being heard, whispers to the agent, or joins the call. The sound is the telephone
system's: it hears of the wish by the event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import AlreadyDone, NotAllowed
from apps.common.words import inside
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Monitor, MonitorMode
from apps.queues.operations.holding import CONVERSATIONS
from apps.queues.operations.live import Live, lock

_EVENTS: Mapping[str, str] = {
    MonitorMode.LISTEN: "call.monitored",
    MonitorMode.WHISPER: "call.whispered",
    MonitorMode.BARGE_IN: "call.barged_in",
}


@transaction.atomic
def monitor(
    interaction: EngagementInteraction,
    *,
    by: User,
    extension: Mapping[str, Any],
    mode: MonitorMode = MonitorMode.LISTEN,
    at: datetime | None = None,
) -> Monitor:
    """Begin to listen, whisper or take part; what the user did so far ends. Publishes `call.monitored`,
    `call.whispered` or `call.barged_in`, which the agents do not hear.

    Raises AlreadyDone if the user does just that already, NotAllowed for what is no call, or to one who takes part.
    """
    live = lock(interaction, "listening", by=by, at=at)
    if live.interaction.channel not in CONVERSATIONS:
        raise NotAllowed(gettext("only a call can be listened to"))
    if any(part.agent.user_id == by.pk for part in live.working):
        raise NotAllowed(gettext("you take part yourself"))
    if before := listening(live.interaction, by):
        if before.mode == mode:
            raise AlreadyDone(gettext("you do that already: {label}").format(label=inside(MonitorMode(mode).label)))
        _end(before, live)
    made = Monitor.objects.create(
        interaction=live.interaction, user=by, mode=mode, extension=dict(extension), started_at=live.at
    )
    told = {"listener": str(by.uuid), "extension": made.extension}
    live.tell(_EVENTS[mode], [], told, concerning=live.interaction.handler, watchers=[by.pk])
    return made


@transaction.atomic
def stop_monitoring(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> Monitor:
    """Listen no more. Publishes `call.unmonitored`. Raises NotAllowed if the user does not listen."""
    live = lock(interaction, "revise", by=by, at=at)
    found = listening(live.interaction, by)
    if found is None:
        raise NotAllowed(gettext("you are not listening"))
    _end(found, live)
    live.tell("call.unmonitored", [], {"listener": str(by.uuid)}, watchers=[by.pk])
    return found


def _end(found: Monitor, live: Live) -> None:
    live.not_before(found.started_at)
    found.ended_at = live.at
    found.save(update_fields=["ended_at"])


def listening(interaction: EngagementInteraction, user: User) -> Monitor | None:
    """What the user is listening to just now, of this interaction."""
    return Monitor.objects.filter(interaction=interaction, user=user, ended_at=None).first()
