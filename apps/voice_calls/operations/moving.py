"""What an update of a call means for its interaction, through the operations that everybody else uses."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Agent, Channel, agent_of
from apps.common.errors import FieldProblem, NotAllowed, NotFound, Problem
from apps.directory.phone import phone_key
from apps.engagements.lifecycle import Stage, allows
from apps.engagements.models import Direction, EngagementInteraction
from apps.queues import operations as queues
from apps.queues.models import OfferState, SegmentCause, WorkOffer
from apps.tenants import scope
from apps.tenants.selecting import Select
from apps.voice_calls.models import CallDisposition, CallType, VoiceCall
from apps.voice_calls.operations.change import CallUpdate
from apps.voice_calls.operations.create import NewCall
from apps.voice_calls.operations.restating import answered_after_all

VOICEMAIL = "Voicemail"
_RECENT = timedelta(minutes=5)
_LOCKED = Select(lambda key: EngagementInteraction.objects.locked().filter(pk=key), numbers=["key"])

_GOING_ON = Select(
    lambda interaction, beside: (
        VoiceCall.objects.filter(interaction_id=interaction)
        .exclude(pk=beside)
        .exclude(call_disposition=CallDisposition.COMPLETED)
        .only("pk")[:1]
    ),
    numbers=["interaction", "beside"],
)


def move_on(call: VoiceCall, change: CallUpdate, user: User | None, problems: list[FieldProblem], at: datetime) -> None:
    """Answered, over, or going on: once each, whatever order updates come in."""
    interaction = _LOCKED.first(key=call.interaction_id) if call.interaction_id else None
    if interaction is None:
        return
    if reopens(call, change):
        if interaction.stage == Stage.ENDED:
            queues.reopen(interaction, by=_system(call), at=at)
        return
    was_accepted = bool(call.call_accept_date_time) or "call_accept_date_time" in change.values
    if call.call_disposition == CallDisposition.COMPLETED:
        if was_accepted:
            call.interaction = interaction
            answered_after_all(call, agent_of(user or call.user))
        return  # a late update fills in the call and changes no state (M-22)
    if was_accepted and (agent := agent_of(user or call.user)):
        _answer(call, interaction, agent, problems, at)
        interaction.refresh_from_db()
    if change.is_final:
        _end(call, interaction, change, was_accepted=was_accepted, at=at)


def reopens(call: VoiceCall, change: CallUpdate) -> bool:
    """Only a voicemail goes on after its end (M-22)."""
    origin = change.values.get("call_origin", call.call_origin)
    return not change.is_final and call.call_disposition == CallDisposition.COMPLETED and origin == VOICEMAIL


def made_by(user: User | None, draft: NewCall, at: datetime) -> EngagementInteraction | None:
    """The call that this agent began, or took to call back, a moment ago, to the same number (M-23)."""
    key = phone_key(draft.to_number, scope.tenant().phone_region)
    if user is None or key is None:
        return None
    recent = min(at, draft.started_at) - _RECENT
    found: EngagementInteraction | None = (
        EngagementInteraction.objects.live()
        .filter(
            channel=Channel.VOICE,
            direction__in=(Direction.OUTBOUND, Direction.AGENT_INITIATED),
            phone_key=key,
            owner=user,
            voice_calls=None,
        )
        .filter(Q(opened_at__gte=recent) | Q(offers__answered_at__gte=recent, offers__queue_entry__isnull=False))
        .order_by("-opened_at")
        .first()
    )
    return found


def _answer(
    call: VoiceCall, interaction: EngagementInteraction, agent: Agent, problems: list[FieldProblem], at: datetime
) -> None:
    """The agent has the call: by the offer made here, else because the telephone system put it through."""
    if mine := WorkOffer.objects.filter(interaction=interaction, agent=agent, state=OfferState.WORKING).first():
        if call.call_type == CallType.CALLBACK and mine.talk_started_at is None:
            queues.connect(interaction, by=agent, at=at)
        return
    try:
        if WorkOffer.objects.filter(interaction=interaction, agent=agent, state=OfferState.OFFERED).exists():
            queues.accept(interaction, by=agent, at=at)
        elif call.segment and not call.segment.queue_entries.exists():
            queues.take(interaction, by=agent, leg=call.segment, at=at)
        else:
            raise NotAllowed(gettext("the call was not offered to this agent"))
    except (NotAllowed, NotFound) as error:
        says = gettext("not accepted here: {error}").format(error=error)
        problems.append(FieldProblem(Problem.CONTRADICTION, ("user",), says))


def _end(
    call: VoiceCall, interaction: EngagementInteraction, change: CallUpdate, *, was_accepted: bool, at: datetime
) -> None:
    """One leg is over; the contact is, if it was the last."""
    if _GOING_ON.first(interaction=interaction.pk, beside=call.pk):
        _end_leg(call, interaction, at)
    elif allows(interaction.stage, "hang_up"):
        queues.hang_up(interaction, by=_system(call), at=at)
    elif not allows(interaction.stage, "abandon"):
        return
    elif (was_accepted or _is_voicemail(call, change)) and not change.wants_callback:
        queues.close(interaction, by=_system(call), at=at)  # answered by somebody whom nothing was offered to here
    else:
        queues.abandon(interaction, by=_system(call), at=at, callback=change.wants_callback)


def _end_leg(call: VoiceCall, interaction: EngagementInteraction, at: datetime) -> None:
    """Who was on this leg goes; the contact goes on with the others (M-20)."""
    if interaction.stage != Stage.HANDLED:
        return
    leg = call.segment
    parts = WorkOffer.objects.filter(interaction=interaction, state=OfferState.WORKING).select_related("agent__user")
    mine = next((part for part in parts if part.segment_id == call.segment_id), None)
    if mine is None:
        if leg and leg.ended_at is None and leg.by_agent_id == interaction.handler_id:
            queues.cancel_transfer(interaction, by=_system(call), at=at)  # nobody answered, or who was asked has gone
        return
    asked = [part for part in parts if part.segment.by_agent_id == mine.agent_id and part != mine]
    if any(part.segment.cause == SegmentCause.TRANSFER for part in asked):
        queues.complete_transfer(interaction, by=mine.agent, at=at)
    else:
        queues.leave(interaction, by=mine.agent, at=at, goes_on=True)


def _is_voicemail(call: VoiceCall, change: CallUpdate) -> bool:
    return bool(change.values.get("call_origin", call.call_origin) == VOICEMAIL)


def _system(call: VoiceCall) -> User | None:
    return call.call_center.integration_user if call.call_center else None
