"""Operations on calls: the line, consulting a colleague, conferences (genesys 12)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from apps.agents.models import Agent
from apps.common.errors import NotAllowed, NotFound
from apps.engagements.models import EngagementInteraction
from apps.facades.genesys import targets
from apps.facades.genesys.command import Act, Command, Commands, plain
from apps.facades.genesys.errors import Shape, missing, outside_values
from apps.facades.genesys.handling import hand_on, require_working
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import Surface
from apps.queues import operations
from apps.queues.models import HoldKind, OfferState, Segment, SegmentCause, WorkOffer
from apps.queues.operations.live import consult_of

_DIGITS = re.compile(r"[0-9A-Da-d*#,]{1,64}", re.ASCII)


def number(body: Body) -> str:
    """`destination.phoneNumber`. Raises Invalid."""
    destination = bodies.required(body, "destination")
    if not isinstance(destination, dict):
        raise outside_values("destination", "destination is not an object")
    if destination.get("phoneNumber") is None:
        raise missing("destination.phoneNumber")
    found = bodies.text(destination, "phoneNumber").strip()
    if not found or len(found) > 255 or not found.isprintable():
        raise outside_values("destination.phoneNumber", "phoneNumber is no number")
    return found


def _to(operation: Callable[..., Any]) -> Callable[[Body], Act]:
    """Of an operation that needs to know whom to ask."""

    def read(body: Body) -> Act:
        wanted = number(body)
        return lambda interaction, agent: operation(interaction, targets.callee(wanted), by=agent)

    return read


def _single_step_transfer(body: Body) -> Act:
    wanted = number(body)
    return lambda interaction, agent: hand_on(interaction, targets.callee(wanted), agent)


def _delete_pair(body: Body) -> Act:
    key = bodies.text(body, "key")
    return lambda interaction, agent: operations.delete_user_data(interaction, [key], by=agent, unless_handed_on=True)


def _dtmf(body: Body) -> Act:
    if not _DIGITS.fullmatch(bodies.text(body, "digits")):
        raise outside_values("digits", "digits holds what no telephone has")
    return require_working


def _swap(body: Body) -> Act:
    """Talk to the one who waits, and let the other wait."""
    other = bodies.text(body, "otherCallUri").rstrip("/").rpartition("/")[2]
    return lambda interaction, agent: _swap_parties(interaction, agent, other)


def _swap_parties(interaction: EngagementInteraction, agent: Agent, other: str) -> None:
    """Raises NotFound unless `other` is the id of the call or of the consultation."""
    parts = WorkOffer.objects.filter(interaction=interaction).exclude(state=OfferState.ENDED)
    open_parts = list(parts.select_related("segment", "agent__user"))
    consult = consult_of(open_parts, None)
    colleague = next((part for part in open_parts if consult and part.segment.number == consult["leg"]), None)
    if colleague is None:
        raise NotAllowed("there is no other call")
    if colleague.agent_id == agent.pk:
        raise NotAllowed("only who began the other call swaps them")
    if other not in (interaction.genesys_id, f"{interaction.genesys_id}-{colleague.segment.number}"):
        raise NotFound("there is no such call")
    if interaction.held_since:
        operations.resume(interaction, by=agent)
        operations.hold(interaction, by=agent, who=colleague.agent)
    else:
        if colleague.holds.filter(kind=HoldKind.AGENT, ended_at=None).exists():
            operations.resume(interaction, by=agent, who=colleague.agent)
        operations.hold(interaction, by=agent)


def _record(recording: str | None) -> Command:
    return Command(Shape.B, lambda body: lambda call, agent: operations.set_recording(call, recording, by=agent))


_CALLS: Mapping[str, Command] = {
    "Hangup": Command(Shape.B, plain(operations.leave)),
    "Hold": Command(Shape.B, plain(operations.hold)),
    "Retrieve": Command(Shape.B, plain(operations.resume)),
    "SwapCalls": Command(Shape.B, _swap),
    "SendDtmf": Command(Shape.B, _dtmf),
    "SingleStepTransfer": Command(Shape.B, _single_step_transfer),
    "SingleStepConference": Command(Shape.B, _to(operations.add_participant)),
    "InitiateTransfer": Command(Shape.B, _to(operations.start_transfer)),
    "InitiateConference": Command(Shape.B, _to(operations.start_transfer)),
    "CompleteTransfer": Command(Shape.B, plain(operations.complete_transfer)),
    "CompleteConference": Command(Shape.B, plain(operations.keep_both)),
    "StartCallRecording": _record("recording"),
    "PauseCallRecording": _record("paused"),
    "ResumeCallRecording": _record("recording"),
    "StopCallRecording": _record(None),
    "DeleteUserDataPair": Command(Shape.B, _delete_pair),
}
COMMANDS: Commands = {Surface.CALLS: _CALLS}
# What the consulted leg, a call of its own to whoever asks, has otherwise.
_OF_CONSULT: Mapping[str, Command] = {"Hangup": Command(Shape.B, plain(operations.cancel_transfer))}


def of_consult(name: str, interaction: EngagementInteraction, leg: int, agent: Agent) -> Command | None:
    """Its own command, if it has one. Raises NotFound unless this agent asked somebody in by that leg."""
    asked = Segment.objects.filter(
        interaction=interaction, number=leg, by_agent=agent, ended_at=None, cause=SegmentCause.TRANSFER
    )
    if not asked.exists():
        raise NotFound("no such interaction")
    return _OF_CONSULT.get(name)
