"""What state an interaction shows to one agent (genesys 7, core-model 5.1)."""

from enum import StrEnum

from apps.agents.models import Channel
from apps.engagements.lifecycle import Stage
from apps.events.catalogue import Consult, InteractionSnapshot, Part
from apps.queues.models import OfferState, Outcome


class State(StrEnum):
    QUEUED = "Queued"
    INVITED = "Invited"
    PROCESSING = "Processing"
    CHATTING = "Chatting"
    COMPOSING = "Composing"
    IN_WORKBIN = "InWorkbin"
    REVOKED = "Revoked"
    COMPLETED = "Completed"


# What "being handled by the agent" means (genesys 4).
IN_HAND = frozenset({State.INVITED, State.PROCESSING, State.CHATTING, State.COMPOSING})


class CallState(StrEnum):
    DIALING = "Dialing"
    RINGING = "Ringing"
    ESTABLISHED = "Established"
    HELD = "Held"
    RELEASED = "Released"
    COMPLETED = "Completed"


_WORKED_ON = {Channel.CHAT: State.CHATTING, Channel.SMS: State.CHATTING}
_WITHOUT_PART = {Stage.FLOW: State.QUEUED, Stage.QUEUED: State.QUEUED, Stage.PARKED: State.IN_WORKBIN}


def state_of(of: InteractionSnapshot, part: Part | None) -> State:
    """As the agent whose part it is sees it; without a part, as it is for everybody else."""
    if part is None:
        return _for_everybody(of)
    match part["state"]:
        case OfferState.OFFERED:
            return State.INVITED
        case OfferState.WORKING:
            return _worked_on(of)
        case OfferState.WRAP_UP:
            return State.PROCESSING if is_last_to_finish(of, part) else State.COMPLETED
    return _ended(of, part)


def _for_everybody(of: InteractionSnapshot) -> State:
    stage = Stage(of["stage"])
    return _worked_on(of) if stage == Stage.HANDLED else _WITHOUT_PART.get(stage, State.COMPLETED)


def is_last_to_finish(of: InteractionSnapshot, part: Part) -> bool:
    """Wraps up as the last owner; who handed the work on is done with it (core-model 5.1)."""
    return of["stage"] == Stage.WRAP_UP and of["handler_id"] == part["agent_id"]


def _worked_on(of: InteractionSnapshot) -> State:
    return State.COMPOSING if of["is_draft"] else _WORKED_ON.get(Channel(of["channel"]), State.PROCESSING)


def _ended(of: InteractionSnapshot, part: Part) -> State:
    if of["stage"] == Stage.PARKED:
        return State.IN_WORKBIN
    return State.REVOKED if part["outcome"] in (Outcome.TIMED_OUT, Outcome.CANCELLED) else State.COMPLETED


def call_state_of(of: InteractionSnapshot, part: Part | None) -> CallState:
    """The same of a call as such, which ends before the work on it does (genesys 12)."""
    state = state_of(of, part)
    if state in (State.INVITED, State.QUEUED):
        return CallState.RINGING
    if state != State.PROCESSING:
        return CallState.COMPLETED
    if of["stage"] != Stage.HANDLED:
        return CallState.RELEASED
    if part and part["talk_started_at"] is None:
        return CallState.DIALING
    return CallState.HELD if of["is_held"] and not is_consulted(of, part) else CallState.ESTABLISHED


def is_consulted(of: InteractionSnapshot, part: Part | None) -> bool:
    """Whether the agent whose part it is has been asked in by a colleague who is still there."""
    return bool(part and of["consult"] and of["consult"]["leg"] == part["leg"])


def consults(of: InteractionSnapshot, part: Part | None) -> bool:
    """Whether this agent is the colleague who asks."""
    return bool(part and of["consult"] and of["consult"]["by_agent_id"] == part["agent_id"])


def consult_state_of(consult: Consult) -> CallState:
    """Of the call to the colleague, as it is for who asks."""
    return CallState.ESTABLISHED if consult["state"] == OfferState.WORKING else CallState.DIALING
