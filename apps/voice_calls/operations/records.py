"""A call as a record that people and clients write, not its telephone system (voice 8.1)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import AlreadyDone, FieldProblem, Invalid, NotFound, Problem
from apps.common.inserting import insert
from apps.engagements.differences import Befell, columns_of, told
from apps.engagements.drafts import Changes, NewRecord, check_one
from apps.engagements.models import Direction, EngagementInteraction
from apps.engagements.operations.revising import assign, changed, require_unchanged
from apps.engagements.operations.rows import new_interaction, stamps
from apps.engagements.operations.telling import tell
from apps.engagements.vocabulary import channel_value, type_value
from apps.queues import operations as queues
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import CallDisposition, CallType, VoiceCall, VoiceCallRecording

_DIRECTIONS = {
    CallType.INBOUND: Direction.INBOUND,
    CallType.OUTBOUND: Direction.OUTBOUND,
    CallType.CALLBACK: Direction.OUTBOUND,
}


_BELONGING: tuple[Any, ...] = (EngagementAttendee, EngagementTopic, VoiceCallRecording)


class NewVoiceCall(NewRecord):
    model = VoiceCall


@transaction.atomic
def record_call(draft: NewVoiceCall, *, by: User, at: datetime | None = None) -> VoiceCall:
    """Write a call down that no telephone system told of (V-64).

    It belongs to the interaction of the call before it or of its conversation; without either, a contact is recorded
    along with it, so that attendees and topics have their place (M-09). Publishes `engagement.recorded` in that case,
    and `engagement.changed`. Raises Invalid with every problem.
    """
    at = at or clock.now()
    values = check_one(draft, by=by)
    if values.get("owner_user_id") is None and values.get("owner_queue_id") is None:
        values["owner_user_id"] = by.pk
    values.setdefault("call_disposition", CallDisposition.NEW)
    call = VoiceCall(**values, **stamps(by, at))
    call.interaction = _interaction_of(call, by) or _recorded(call, by, at)
    insert([call])
    draft.row = call
    tell("engagement.changed", call.interaction, by=by, at=at, changes=told(call, Befell.CREATED))
    return call


def _interaction_of(call: VoiceCall, by: User) -> EngagementInteraction | None:
    rows = EngagementInteraction.objects.visible_to(by).locked()
    if call.previous_call_id:
        return rows.filter(voice_calls=call.previous_call_id).first()
    return rows.filter(conversation=call.conversation_id).first() if call.conversation_id else None


def _recorded(call: VoiceCall, by: User, at: datetime) -> EngagementInteraction:
    direction = _DIRECTIONS.get(CallType(call.call_type))
    end = call.call_end_date_time
    outbound = direction == Direction.OUTBOUND
    values = {
        "communication_channel": channel_value(Channel.VOICE),
        "type": type_value(direction),
        "start_date_time": call.call_start_date_time,
        "end_date_time": max(end, call.call_start_date_time) if end else None,
        "phone_number": call.to_phone_number if outbound else call.from_phone_number,
        "owner_id": call.owner_user_id,
    }
    interaction = new_interaction(values, state=None, at=at, stamps=stamps(by, at))
    insert([interaction])
    tell("engagement.recorded", interaction, by=by, at=at)
    return interaction


@transaction.atomic
def revise_call(
    call: VoiceCall,
    changes: Changes,
    *,
    by: User,
    at: datetime | None = None,
    unchanged_since: datetime | None = None,
) -> VoiceCall:
    """Write over a call's record; nothing happens to the call itself. Publishes `engagement.changed`.

    What changes nothing writes nothing. Raises Invalid with every problem, NotFound if it is gone, Outdated if it was
    written after `unchanged_since`.
    """
    at = at or clock.now()
    found = _lock(call)
    require_unchanged(found, unchanged_since)
    changes.row, before = found, columns_of(found)
    assign(found, check_one(changes, by=by))
    if change := changed(found, before):
        found.touch(by_id=by.pk)
        found.save()
        _tell(found, change, by, at)
    return found


@transaction.atomic
def delete_call(call: VoiceCall, *, by: User, at: datetime | None = None) -> None:
    """Hide a call with its recording, attendees and topics. Publishes `engagement.changed`.

    If it is all that keeps its interaction alive, that is closed before, and `engagement.closed` published (M-24).
    Raises NotFound if it is gone.
    """
    at = at or clock.now()
    found = _lock(call)
    interaction = found.interaction
    if interaction and interaction.is_live and not _others_up(found):
        queues.close(interaction, by=by, at=at)
        found.refresh_from_db()
    found.deleted_at = at
    found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
    stamped = {"deleted_at": at, "last_modified_by": by}
    stamped |= dict.fromkeys(("last_modified_date", "system_modstamp"), found.system_modstamp)
    for model in _BELONGING:
        model.objects.filter(voice_call=found).update(**stamped)
    _tell(found, told(found, Befell.DELETED), by, at)


@transaction.atomic
def undelete_call(call: VoiceCall, *, by: User, at: datetime | None = None) -> VoiceCall:
    """Bring a call back with what was deleted along with it; nothing is live again. Publishes `engagement.changed`.

    Raises NotFound if there is no such call, AlreadyDone if it is not deleted, Invalid if its key is taken.
    """
    at = at or clock.now()
    interaction = EngagementInteraction.with_deleted.locked().filter(voice_calls=call).first()
    found = VoiceCall.with_deleted.locked().filter(pk=call.pk).first()
    if found is None:
        raise NotFound(gettext("no such call"))
    if found.deleted_at is None:
        raise AlreadyDone(gettext("it is not deleted"))
    found.interaction = interaction
    deleted_at, found.deleted_at = found.deleted_at, None
    try:
        with transaction.atomic():
            found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
    except IntegrityError:
        said = gettext("another call has its key or its place by now")
        raise Invalid(FieldProblem(Problem.DUPLICATE, ["vendor_call_key"], said)) from None
    stamped: dict[str, Any] = {"deleted_at": None, "last_modified_by": by}
    stamped |= dict.fromkeys(("last_modified_date", "system_modstamp"), found.system_modstamp)
    for model in _BELONGING:
        model.with_deleted.filter(voice_call=found, deleted_at=deleted_at).update(**stamped)
    _tell(found, told(found, Befell.UNDELETED), by, at)
    return found


def _others_up(call: VoiceCall) -> bool:
    others = VoiceCall.objects.filter(interaction=call.interaction_id).exclude(pk=call.pk)
    return others.exclude(call_disposition=CallDisposition.COMPLETED).exists()


def _lock(call: VoiceCall) -> VoiceCall:
    """The interaction first (M-06)."""
    interaction = EngagementInteraction.with_deleted.locked().filter(voice_calls=call).first()
    found: VoiceCall | None = VoiceCall.objects.locked().filter(pk=call.pk).first()
    if found is None:
        raise NotFound(gettext("no such call"))
    found.interaction = interaction
    return found


def _tell(call: VoiceCall, changes: dict[str, Any], by: User, at: datetime) -> None:
    if call.interaction:
        tell("engagement.changed", call.interaction, by=by, at=at, changes=changes)
