"""The journal of a leg follows what its telephone system told of it (M-21)."""

from dataclasses import replace
from datetime import datetime

from apps.agents.models import Agent
from apps.common.errors import FieldProblem, Problem
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Hold, Segment, SegmentCause
from apps.queues.operations import restating
from apps.queues.operations.restating import Told
from apps.tenants.selecting import Select
from apps.voice_calls.models import CallType, VoiceCall

# The vendor's own word for each instant, and the column that holds it to the second.
TOLD = {
    "started": "call_start_date_time",
    "entered": "call_queued_date_time",
    "answered": "call_accept_date_time",
    "ended": "call_end_date_time",
}


def tell_times(call: VoiceCall) -> FieldProblem | None:
    """Put the call's leg at the vendor's times; a problem to note if they contradict what is known here."""
    found = _leg(call)
    meant = ("ended",) if call.call_type == CallType.CALLBACK else TOLD  # taken before it was dialled
    told = Told(**{name: datetime.fromisoformat(at) for name, at in call.vendor_figures.items() if name in meant})
    if found is None or _restate(*found, told):
        return None
    message = "the telephone system's times run backwards, or against what happened here"
    return FieldProblem(Problem.CONTRADICTION, tuple(TOLD.values()), message)


def _restate(interaction: EngagementInteraction, leg: Segment, told: Told) -> bool:
    """A call ends with the last of its legs; what ended with an earlier one stays where it was."""
    last = course(leg)[-1]
    if last == leg:
        return restating.restate(interaction, leg, told)
    ending = Told(ended=told.ended)
    return restating.restate(interaction, last, ending) and restating.restate(
        interaction, leg, replace(told, ended=None)
    )


def course(leg: Segment) -> list[Segment]:
    """The leg, and those that its call went on in: it waited again, or became a voicemail."""
    after = _AFTER(interaction=leg.interaction_id, number=leg.number)
    return [leg, *(later for number, later in enumerate(after, leg.number + 1) if later.number == number)]


_AFTER = Select(
    lambda interaction, number: Segment.objects.filter(
        interaction_id=interaction, number__gt=number, cause=SegmentCause.REQUEUE, voice_call=None
    ).order_by("number"),
    numbers=["interaction", "number"],
)


def holds_of(leg: Segment) -> list[Hold]:
    """Those of the whole course of the leg."""
    legs = {each.pk for each in course(leg)}
    return [hold for hold in _HOLDS(interaction=leg.interaction_id) if hold.segment_id in legs]


_HOLDS = Select(lambda interaction: Hold.objects.filter(interaction_id=interaction), numbers=["interaction"])


def answered_after_all(call: VoiceCall, agent: Agent | None) -> None:
    """Somebody had answered a call that ended here as given up (M-22: its state stays what it is)."""
    if found := _leg(call):
        restating.answered_after_all(*found, agent)


def _leg(call: VoiceCall) -> tuple[EngagementInteraction, Segment] | None:
    """Of a call that was read after its interaction was locked."""
    interaction, leg = call.interaction, call.segment
    return (interaction, leg) if interaction and interaction.deleted_at is None and leg else None
