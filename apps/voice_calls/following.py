"""Keeps the calls of a live interaction in step with it: owner, user and state follow who has it, and its end."""

from collections.abc import Callable, Iterable, Mapping

from apps.accounts.models import USER_PREFIX
from apps.agents.models import Agent, Channel
from apps.common import clock
from apps.common.public_ids import salesforce_id
from apps.common.updating import columns_of, save_changed
from apps.engagements.lifecycle import Stage
from apps.events.catalogue import CallSnapshot
from apps.queues.models import Segment
from apps.queues.operations.live import Live
from apps.queues.operations.stays import carry_on
from apps.tenants.selecting import Select
from apps.voice_calls.models import CallDisposition, ConversationParticipant, VoiceCall

Calls = list[VoiceCall]
Reaction = Callable[[VoiceCall, Live], bool]  # whether it changed anything
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
    if live.interaction.channel != Channel.VOICE or name not in _REACTIONS:
        return
    concerned, react = _REACTIONS[name]
    if react is _is_left and live.interaction.stage not in (Stage.QUEUED, Stage.HANDLED):
        return  # nobody has the contact instead
    for call in concerned(_OPEN_CALLS(interaction=live.interaction.pk), live):
        before = columns_of(call)
        if react(call, live):
            call.touch(by_id=_writer(live) or call.last_modified_by_id)
            save_changed(call, before)


# Which calls are concerned --------------------------------------------------------------------------------------------


def _all(calls: Calls, live: Live) -> Calls:
    return calls


def _waiting(calls: Calls, live: Live) -> Calls:
    """What waits: the leg's own call; if it has none and nobody talks any more, the one that somebody talked on."""
    if live.entry is None or live.entry.left_at:
        return []
    busy = [part.segment for part in live.working]
    return _on(calls, [live.entry.segment]) or ([] if busy else calls)


def _answered(calls: Calls, live: Live) -> Calls:
    """Whoever answers, answers one leg: that of the agent's segment, else the newest that nobody talks on."""
    own = [part.segment for part in live.working if part.agent == live.by]
    others = [part.segment for part in live.working if part.agent != live.by]
    taken = _on(calls, others)
    return _on(calls, own) or [call for call in calls if call not in taken][-1:]


def _left(calls: Calls, live: Live) -> Calls:
    """What whoever went talked on, if a queue has the contact now, or a handler without a call."""
    if live.interaction.stage == Stage.QUEUED:
        return _waiting(calls, live)
    if _on(calls, _of_handler(live)):
        return []
    taken = _on(calls, [part.segment for part in live.working])
    return [call for call in calls if call not in taken][:1]


def _on(calls: Calls, legs: Iterable[Segment]) -> Calls:
    """The calls on these legs: begun with one, or gone on in it."""
    keys, uuids = {leg.pk for leg in legs}, {leg.call["uuid"] for leg in legs if leg.call}
    return [call for call in calls if call.segment_id in keys or str(call.uuid) in uuids]


def _of_handler(live: Live) -> list[Segment]:
    return [part.segment for part in live.working if part.agent_id == live.interaction.handler_id]


# What it means for a call ---------------------------------------------------------------------------------------------


def _waits(call: VoiceCall, live: Live) -> bool:
    """The queue owns the call while it waits (M-16)."""
    entry = live.entry
    if entry is None or entry.queue is None:
        return False
    _goes_on(call, entry.segment)
    if call.owner_queue_id == entry.queue_id and call.call_queued_date_time:
        return False  # it does still
    call.owner_queue, call.owner_user = entry.queue, None
    call.queue_name = entry.queue.name
    call.call_queued_date_time = call.call_queued_date_time or clock.to_second(live.at)
    return True


def _is_accepted(call: VoiceCall, live: Live) -> bool:
    """Its agent owns the call and takes part in the conversation (V-63, voice 9.1)."""
    if not isinstance(live.by, Agent):
        return False
    for part in live.working:
        if part.agent == live.by:
            _goes_on(call, part.segment)
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
    return True


def _is_left(call: VoiceCall, live: Live) -> bool:
    """Whoever has the contact now has the call (M-16)."""
    handler = live.interaction.handler
    if handler is None:
        return _waits(call, live)
    for leg in _of_handler(live):
        _goes_on(call, leg)
    call.user, call.owner_user, call.owner_queue = handler.user, handler.user, None
    return True


def _goes_on(call: VoiceCall, leg: Segment) -> None:
    if leg.call is None:
        carry_on(leg, CallSnapshot(key=call.vendor_call_key or "", uuid=str(call.uuid)))


def _is_over(call: VoiceCall, live: Live) -> bool:
    """Nobody will ever talk on it. A call that was talked on is completed by its own final update (M-23)."""
    call.call_disposition = CallDisposition.COMPLETED
    call.call_end_date_time = call.call_end_date_time or clock.to_second(live.at)
    return True


def _writer(live: Live) -> int | None:
    return live.by.user_id if isinstance(live.by, Agent) else live.by.pk if live.by else None


_REACTIONS: Mapping[str, tuple[Callable[[Calls, Live], Calls], Reaction]] = {
    **dict.fromkeys(("queue.entered", "queue.moved", "work.transferred", "work.requeued"), (_waiting, _waits)),
    # Of whom it was aimed at: it goes on to a queue (M-11).
    **dict.fromkeys(("work.rejected", "work.timed_out"), (_waiting, _waits)),
    **dict.fromkeys(("work.accepted", "work.pulled"), (_answered, _is_accepted)),
    **dict.fromkeys(("work.left", "work.completed", "transfer.completed"), (_left, _is_left)),
    **dict.fromkeys(("engagement.abandoned", "engagement.closed", "engagement.repaired"), (_all, _is_over)),
}
