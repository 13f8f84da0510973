"""A call is passed on or gets one more participant: a leg of its own, of the same contact (voice 9.2 to 9.4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent, agent_of
from apps.common import clock
from apps.common.errors import AlreadyDone, FieldProblem, NotAllowed, NotFound, Problem
from apps.common.public_ids import is_salesforce_id
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues import operations as queues
from apps.queues.models import Queue, QueueEntry, Segment, SegmentCause
from apps.voice_calls.models import CallCenter, CallCenterRoutingMap, CallType, VoiceCall
from apps.voice_calls.operations.create import (
    Created,
    Method,
    NewCall,
    check,
    create_inbound,
    first_leg,
    serialise,
    write,
)
from apps.voice_calls.operations.find import find

Target = Queue | Agent | None
LONGEST_NAME = 255  # of a queue


def create(call_center: CallCenter, draft: NewCall, *, at: datetime | None = None) -> Created:
    """A call begins, is passed on, or gets a participant. Publishes as `create_inbound`, or `transfer.started`."""
    with transaction.atomic(savepoint=False):
        begin = create_inbound if draft.method == Method.INBOUND else create_leg
        return begin(call_center, draft, at=at)


@transaction.atomic
def create_leg(call_center: CallCenter, draft: NewCall, *, at: datetime | None = None) -> Created:
    """The next leg of a call; the same one sent again is left as it is (V-22).

    A parent that is not found is a problem to tell, because losing a live call would be worse (V-27).
    """
    at = at or clock.now()
    serialise(call_center, draft.vendor_call_key)
    parent = parent_of(call_center, draft)
    if known := _known(call_center, draft, parent):
        return Created(known, is_new=False, problems=())
    draft = replace(draft, call_type=CallType.TRANSFER)
    if parent is None:
        return first_leg(call_center, without_parent(draft), at=at)
    target = resolve(call_center, draft.queue)
    leg = _leg(parent, draft, target, call_center, at)
    created = _write(call_center, draft, parent, leg, target, at)
    if draft.method == Method.TRANSFER:  # of several attempts the newest counts (V-30)
        parent.next_call = created.call
        parent.save(update_fields=["next_call"])
    return created


def parent_of(call_center: CallCenter, draft: NewCall) -> VoiceCall | None:
    """The call that this one comes of, locked; None if it is not found."""
    try:
        found = find(call_center, draft.parent) if draft.parent else None
    except NotFound:
        return None
    return VoiceCall.objects.locked().select_related("interaction__conversation").get(pk=found.pk) if found else None


def without_parent(draft: NewCall) -> NewCall:
    """The draft, with the problem to tell that its parent is not found."""
    says = gettext("the parent call was not found")
    problem = FieldProblem(Problem.NO_SUCH_RECORD, ("previous_call",), says, draft.parent)
    return replace(draft, problems=[*draft.problems, problem])


def _known(call_center: CallCenter, draft: NewCall, parent: VoiceCall | None) -> VoiceCall | None:
    found: VoiceCall | None = VoiceCall.with_deleted.filter(
        call_center=call_center,
        vendor_call_key=draft.vendor_call_key,
        from_telephony=True,
        call_type=CallType.TRANSFER,
        previous_call=parent,
        call_start_date_time=clock.to_second(draft.started_at),
    ).first()
    return found


def resolve(call_center: CallCenter, text: str | None) -> Target:
    """The queue or agent behind the telephone system's own id, or an id of ours; None if it is neither."""
    if not text:
        return None
    mapped = CallCenterRoutingMap.objects.filter(call_center=call_center, external_id=text).select_related(
        "queue", "user"
    )
    if row := mapped.first():
        return row.queue or agent_of(row.user)
    key = Queue.sobject.key_of(text)  # type: ignore[attr-defined]
    found: Queue | None = Queue.objects.filter(pk=key, is_active=True).first() if key else None
    return found


def _leg(parent: VoiceCall, draft: NewCall, target: Target, call_center: CallCenter, at: datetime) -> Segment | None:
    """The journal's leg: the one that an agent began already, else a new one, if somebody talks (M-20)."""
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=parent).first()
    if interaction is None:
        return None
    by, call, adds = call_center.integration_user, draft.on_leg, draft.method == Method.CONFERENCE
    if waiting := _begun(interaction, SegmentCause.ADD if adds else SegmentCause.TRANSFER):
        if isinstance(target, Queue) and interaction.stage == Stage.QUEUED:
            _follow_to(interaction, target, call_center, at)
        return waiting
    if interaction.stage == Stage.FLOW and isinstance(target, Queue):
        queues.enqueue(interaction, target, by=by, at=at)
        return None
    if interaction.stage != Stage.HANDLED:
        return None
    if adds:
        return _ask(
            lambda to: queues.add_participant(interaction, to, by=by, call=call, at=at), interaction, target, at
        )
    return _ask(
        lambda to: queues.start_transfer(interaction, to, by=by, holds=False, call=call, at=at), interaction, target, at
    )


def _begun(interaction: EngagementInteraction, cause: str) -> Segment | None:
    """An open leg of this kind without a call of its own; handing on to a queue is one that asks."""
    causes = [cause, SegmentCause.QUEUE] if cause == SegmentCause.TRANSFER else [cause]
    legs = Segment.objects.filter(interaction=interaction, ended_at=None, cause__in=causes, voice_call=None)
    found: Segment | None = legs.order_by("-number").first()
    return found


def _follow_to(interaction: EngagementInteraction, queue: Queue, call_center: CallCenter, at: datetime) -> None:
    """The telephone system says where the call waits; if that is another queue than here, it is right."""
    if QueueEntry.objects.filter(interaction=interaction, left_at=None).exclude(queue=queue).exists():
        queues.move(interaction, queue, by=call_center.integration_user, at=at)


def _ask(ask: Callable[[Target], Segment], interaction: EngagementInteraction, target: Target, at: datetime) -> Segment:
    """A new attempt replaces one that nobody answered (V-30); who is not there, the system asks alone."""
    try:
        return ask(target)
    except AlreadyDone:
        queues.cancel_transfer(interaction, by=None, at=at)
    except NotAllowed:
        target = None
    return ask(target)


def _write(
    call_center: CallCenter, draft: NewCall, parent: VoiceCall, leg: Segment | None, target: Target, at: datetime
) -> Created:
    queue = target if isinstance(target, Queue) else _waits_in(leg)
    told = draft.queue if draft.queue and _is_name(draft.queue) else None
    return write(
        call_center,
        draft,
        check(draft),
        parent.interaction,
        leg,
        at=at,
        caller=parent.caller,
        recipient=parent.recipient,
        end_user_id=parent.end_user_id,
        conversation=parent.conversation,
        previous_call=parent,
        vendor_parent_call_key=parent.vendor_call_key,
        queue_name=queue.name if queue else told,
        **({"owner_queue": queue, "owner_user": None} if queue else {}),
    )


def _waits_in(leg: Segment | None) -> Queue | None:
    """Where a leg waits that an agent began here, or that a rule led elsewhere (M-16)."""
    stay = QueueEntry.objects.filter(segment=leg, left_at=None).select_related("queue").first() if leg else None
    return stay.queue if stay else None


def _is_name(queue: str) -> bool:
    """No ARN and no id, and short enough for one (V-31)."""
    return not (":" in queue or is_salesforce_id(queue)) and len(queue) <= LONGEST_NAME
