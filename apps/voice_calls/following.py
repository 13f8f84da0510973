"""Keeps the calls of a live interaction in step with it: owner, user and state follow accept and end."""

from collections.abc import Callable, Mapping

from apps.accounts.models import USER_PREFIX
from apps.agents.models import Agent, Channel
from apps.common import clock
from apps.common.public_ids import salesforce_id
from apps.common.updating import columns_of, save_changed
from apps.queues.operations.live import Live
from apps.tenants.selecting import Select
from apps.voice_calls.models import CallDisposition, ConversationParticipant, VoiceCall

Reaction = Callable[[VoiceCall, Live], None]
_OPEN_CALLS = Select(
    lambda interaction: (
        VoiceCall.objects.locked()
        .filter(interaction_id=interaction)
        .exclude(call_disposition=CallDisposition.COMPLETED)
        .order_by("id")
    ),
    numbers=["interaction"],
)


def follow(name: str, live: Live) -> None:
    """Write what one operation on an interaction means for its open calls; runs inside that operation."""
    react = _REACTIONS.get(name)
    if react is None or live.interaction.channel != Channel.VOICE:
        return
    for call in _concerned(_OPEN_CALLS(interaction=live.interaction.pk), live, react):
        before = columns_of(call)
        react(call, live)
        call.touch(by_id=_writer(live) or call.last_modified_by_id)
        save_changed(call, before)


def _concerned(calls: "list[VoiceCall]", live: Live, react: Reaction) -> "list[VoiceCall]":
    """Whoever answers, answers one leg: that of the agent's segment, else the newest."""
    if react is not _is_accepted:
        return calls
    legs = {part.segment_id for part in live.working if part.agent == live.by}
    return [call for call in calls if call.segment_id in legs] or calls[-1:]


def _waits(call: VoiceCall, live: Live) -> None:
    """The queue owns the call while it waits (M-16)."""
    if live.entry is None or live.entry.queue is None:
        return
    call.owner_queue, call.owner_user = live.entry.queue, None
    call.queue_name = live.entry.queue.name
    call.call_queued_date_time = call.call_queued_date_time or clock.to_second(live.at)


def _is_accepted(call: VoiceCall, live: Live) -> None:
    """Its agent owns the call and takes part in the conversation (V-63, voice 9.1)."""
    if not isinstance(live.by, Agent):
        return
    user = live.by.user
    call.user, call.owner_user, call.owner_queue = user, user, None
    call.call_accept_date_time = call.call_accept_date_time or clock.to_second(live.at)
    call.call_disposition = CallDisposition.IN_PROGRESS
    if call.conversation_id is not None:
        participant, _ = ConversationParticipant.objects.get_or_create(
            conversation_id=call.conversation_id,
            participant_key=salesforce_id(USER_PREFIX, user.pk)[:15],
            defaults={
                "participant_role": ConversationParticipant.Role.AGENT,
                "participant_display_name": user.name,
                "app_type": "agent",
                "user": user,
                "joined_time": live.at,
            },
        )
        call.recipient = participant


def _is_over(call: VoiceCall, live: Live) -> None:
    """Nobody will ever talk on it. A call that was talked on is completed by its own final update (M-23)."""
    call.call_disposition = CallDisposition.COMPLETED
    call.call_end_date_time = call.call_end_date_time or clock.to_second(live.at)


def _writer(live: Live) -> int | None:
    return live.by.user_id if isinstance(live.by, Agent) else live.by.pk if live.by else None


_REACTIONS: Mapping[str, Reaction] = {
    "queue.entered": _waits,
    "queue.moved": _waits,
    "work.transferred": _waits,
    "work.requeued": _waits,
    "work.accepted": _is_accepted,
    "work.pulled": _is_accepted,
    "engagement.abandoned": _is_over,
    "engagement.closed": _is_over,
}
