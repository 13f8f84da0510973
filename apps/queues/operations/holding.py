"""The customer, or an agent, is put on hold and taken back."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.agents.models import Agent, Channel
from apps.common.errors import AlreadyDone, NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Hold, HoldKind, OfferState, WorkOffer
from apps.queues.operations import endings
from apps.queues.operations.live import Actor, Live, lock

CONVERSATIONS = (Channel.VOICE, Channel.VIDEO)


@transaction.atomic
def hold(
    interaction: EngagementInteraction, *, by: Actor, who: Agent | None = None, at: datetime | None = None
) -> Hold:
    """The customer waits on the line; `who`: a colleague in the conversation does. Publishes `call.held`.

    Raises AlreadyDone if they wait already, NotAllowed for what is no call, or unless `by` talks.
    """
    live = lock(interaction, "hold", by=by, at=at)
    mine = talking(live)
    held = live.part_of(who) if who else mine
    if _waits(held).exists() if who else live.interaction.held_since:
        raise AlreadyDone(gettext("on hold already"))
    if held.state != OfferState.WORKING:
        raise NotAllowed(gettext("who does not take part cannot be put on hold"))
    made = Hold.objects.create(
        interaction=live.interaction,
        segment=held.segment,
        offer=held,
        kind=HoldKind.AGENT if who else HoldKind.CUSTOMER,
        started_at=live.at,
    )
    if not who:
        live.interaction.held_since = live.at
    live.changes["hold"] = made.kind
    live.finish("call.held", concerning=held.agent)
    return made


@transaction.atomic
def resume(
    interaction: EngagementInteraction, *, by: Actor, who: Agent | None = None, at: datetime | None = None
) -> EngagementInteraction:
    """The conversation goes on; with the customer, a hold for a transfer ends as well. Publishes `call.resumed`.

    Raises AlreadyDone if nobody is on hold.
    """
    live = lock(interaction, "hold", by=by, at=at)
    mine = talking(live)
    held = live.part_of(who) if who else mine
    waiting = _waits(held) if who else endings.customer_holds(live)
    if not endings.end_holds(live, waiting):
        raise AlreadyDone(gettext("nobody is on hold"))
    live.changes |= {"hold": None, "resumed": HoldKind.AGENT if who else HoldKind.CUSTOMER}
    return live.finish("call.resumed", concerning=held.agent)


@transaction.atomic
def resume_all(interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> EngagementInteraction:
    """The conversation goes on for everybody, colleagues who wait included. Publishes `call.resumed`.

    Raises AlreadyDone if nobody is on hold.
    """
    live = lock(interaction, "hold", by=by, at=at)
    talking(live)
    if not endings.end_holds(live, Hold.objects.filter(interaction=live.interaction)):
        raise AlreadyDone(gettext("nobody is on hold"))
    live.changes |= {"hold": None, "resumed": "all"}
    return live.finish("call.resumed", concerning=by)


@transaction.atomic
def set_recording(
    interaction: EngagementInteraction, recording: str | None, *, by: Agent, at: datetime | None = None
) -> EngagementInteraction:
    """Ask that the call be recorded (`recording`), or not for a while (`paused`), or no more (None).

    The sound is the telephone system's. Publishes `call.recording_changed`. Raises AlreadyDone if it is so already,
    NotAllowed for what is no call, or to pause what is not recorded.
    """
    live = lock(interaction, "hold", by=by, at=at)
    talking(live)
    before = live.interaction.recording
    if before == recording:
        raise AlreadyDone(gettext("it is so already"))
    if recording == "paused" and before is None:
        raise NotAllowed(gettext("the call is not recorded"))
    live.interaction.recording = recording
    live.changes["recording"] = recording
    return live.finish("call.recording_changed", concerning=by)


def talking(live: Live) -> WorkOffer:
    """The part of the agent who asks; the handler's, if a telephone system or a supervisor does."""
    if live.interaction.channel not in CONVERSATIONS:
        raise NotAllowed(gettext("only a call can be put on hold"))
    return live.own_work()


def _waits(part: WorkOffer) -> QuerySet[Hold]:
    """The colleague's own open hold."""
    return Hold.objects.filter(offer=part, kind=HoldKind.AGENT, ended_at=None)
