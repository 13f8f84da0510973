"""An agent refuses, ends the own part, sends somebody out or gives up dialling (cxengage 12.2)."""

from apps.agents.models import Agent, Channel
from apps.common.errors import AlreadyDone, NotAllowed
from apps.engagements.models import Direction
from apps.facades.cxengage.operating import bodies
from apps.facades.cxengage.operating.parts import Call
from apps.queues import operations
from apps.queues.models import OfferState, Outcome, QueueEntry, Segment, SegmentCause, WorkOffer
from apps.queues.operations.consulting import asked_outside

_GONE = (Outcome.TIMED_OUT, Outcome.CANCELLED)


def remove(call: Call) -> None:
    """Of oneself: as `disconnect`. Of somebody else: whoever is being asked is asked no more, who takes part goes."""
    bodies.required_id(call.told, "targetResource")
    other = call.target()
    if other is None:
        disconnect(call)
    elif _is_asked(call, other):
        operations.cancel_transfer(call.interaction, by=call.agent)
    else:
        operations.remove_participant(call.interaction, other, by=call.agent)


def _is_asked(call: Call, other: Agent) -> bool:
    waiting = QueueEntry.objects.filter(interaction=call.interaction, left_at=None, segment__by_agent=call.agent)
    return waiting.filter(offered_to=other).exists() or waiting.filter(target_agent=other).exists()


def disconnect(call: Call) -> None:
    """Refuse what is offered, else end the own part: one call for both. Repeated, it is done already (M-07)."""
    part = call.part
    if part.state == OfferState.OFFERED:
        operations.reject(call.interaction, by=call.agent)
    elif part.state == OfferState.WORKING:
        _end_own_part(call)
    elif part.outcome in _GONE:
        raise NotAllowed("this offer is over")
    else:
        raise AlreadyDone("your part is over")


def _end_own_part(call: Call) -> None:
    """Whoever has asked a colleague to take over, and got an answer, has thereby completed the transfer."""
    if call.interaction.is_draft:
        raise NotAllowed("send the message, or cancel it")
    if _has_taker(call):
        operations.complete_transfer(call.interaction, by=call.agent)
    else:
        outside = asked_outside(call.interaction, call.agent).exists()
        operations.leave(call.interaction, by=call.agent, goes_on=outside)


def _has_taker(call: Call) -> bool:
    asked = Segment.objects.filter(
        interaction=call.interaction, by_agent=call.agent, ended_at=None, cause=SegmentCause.TRANSFER
    )
    working = WorkOffer.objects.filter(interaction=call.interaction, state=OfferState.WORKING, segment__in=asked)
    return working.exclude(agent=call.agent).exists()


def cancel_dial(call: Call) -> None:
    """A call out that nobody has answered yet is given up. Raises NotAllowed for every other contact."""
    part, interaction = call.part, call.interaction
    dials = interaction.channel == Channel.VOICE and interaction.direction in (
        Direction.AGENT_INITIATED,
        Direction.OUTBOUND,
    )
    if not dials or part.state != OfferState.WORKING or part.talk_started_at:
        raise NotAllowed("nothing is being dialled")
    operations.close(interaction, by=call.agent)
