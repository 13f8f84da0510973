"""A call goes on, ends, or is completed with what its telephone system knows afterwards."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import USER_PREFIX, User
from apps.common import clock
from apps.common.errors import FieldProblem, Problem
from apps.common.public_ids import key_of
from apps.common.updating import columns_of, save_changed
from apps.tenants import scope
from apps.tenants.selecting import Select
from apps.voice_calls.models import CallCenter, CallDisposition, CallType, VoiceCall
from apps.voice_calls.operations import attributes, moving, recording, restating
from apps.voice_calls.operations.change import CallUpdate
from apps.voice_calls.operations.create import NewCall, first_leg, join, serialise
from apps.voice_calls.operations.find import find
from apps.voice_calls.operations.ledger import tell
from apps.voice_calls.operations.legs import create_leg, parent_of, without_parent

UNKNOWN_NUMBER = "WEBRTC_DEFAULT"
_TIMES = ("call_start_date_time", "call_queued_date_time", "call_accept_date_time", "call_end_date_time")


def update(call_center: CallCenter, call_id: str, change: CallUpdate, *, at: datetime | None = None) -> VoiceCall:
    """Store what was sent; a final update ends the call. An unknown key makes a call of its own (V-45).

    Values that cannot be used are told in the event, not raised (V-44). Publishes `engagement.changed`, after
    `work.accepted`, `engagement.hung_up`, `engagement.abandoned` or `engagement.closed` if the update means that.
    Raises NotFound for a record id that is none.
    """
    with transaction.atomic(savepoint=False):
        return _update(call_center, call_id, change, at or clock.now())


def _update(call_center: CallCenter, call_id: str, change: CallUpdate, at: datetime) -> VoiceCall:
    problems = [*change.problems]
    user = _user_named(change.agent, problems)
    call = _found_or_made(call_center, call_id, change, user, at)
    call.call_center = call_center
    moving.move_on(call, change, user, problems, at)
    call = _again(call, call_center)  # its follower may have written it
    columns = _store(call, change, user, problems, at)
    if _may_move_times(change) and (told := restating.tell_times(call)):
        problems.append(told)
    tell(
        call,
        by=call_center.integration_user,
        at=at,
        event="completed" if change.is_final else "updated",
        columns=columns,
        provider=change.provider,
        problems=problems,
    )
    return call


_WHOLE = Select(
    lambda key: VoiceCall.objects.locked().select_related("interaction", "segment").filter(pk=key), numbers=["key"]
)


def _again(call: VoiceCall, call_center: CallCenter) -> VoiceCall:
    (found,) = _WHOLE(key=call.pk)
    found.call_center = call_center
    return found


def _may_move_times(change: CallUpdate) -> bool:
    """Whether rows of the journal may have come about, or times been told, since these were last compared."""
    return change.is_final or change.agent is not None or not change.values.keys().isdisjoint(_TIMES)


def _found_or_made(
    call_center: CallCenter, call_id: str, change: CallUpdate, user: User | None, at: datetime
) -> VoiceCall:
    if found := find(call_center, call_id):
        return found
    serialise(call_center, call_id)
    if found := find(call_center, call_id):
        return found
    started = next((change.values[name] for name in (_TIMES[0], _TIMES[1], _TIMES[3]) if name in change.values), at)
    draft = NewCall(
        vendor_call_key=call_id,
        started_at=started,
        from_number=change.values.get("from_phone_number", UNKNOWN_NUMBER),
        to_number=change.values.get("to_phone_number", UNKNOWN_NUMBER),
        call_type=change.call_type or CallType.INBOUND,
        subtype=change.values.get("call_subtype"),
        origin=change.values.get("call_origin"),
        provider=change.provider,
        parent=change.parent,
    )
    if draft.call_type == CallType.TRANSFER:
        return create_leg(call_center, draft, at=at).call
    parent = parent_of(call_center, draft)
    if draft.parent and parent is None:
        draft = without_parent(draft)
    if draft.call_type in (CallType.OUTBOUND, CallType.CALLBACK) and (made := moving.made_by(user, draft, at)):
        return join(call_center, draft, made, before=parent, at=at).call
    return first_leg(call_center, draft, before=parent, at=at).call


def _user_named(name: str | None, problems: list[FieldProblem]) -> User | None:
    """The rep by username without case, then by id; nobody is a problem to note (V-46)."""
    if not name:
        return None
    users = User.objects.filter(tenant=scope.tenant())
    found = users.filter(username__iexact=name).first()
    if found is None and (key := key_of(name, USER_PREFIX)):
        found = users.filter(pk=key).first()
    if found is None:
        says = gettext("agent {name} is no user of ours").format(name=name)
        problems.append(FieldProblem(Problem.NO_SUCH_RECORD, ("user",), says, name))
    return found


def _store(
    call: VoiceCall, change: CallUpdate, user: User | None, problems: list[FieldProblem], at: datetime
) -> set[str]:
    """Write the call itself; returns the columns written. The last value wins (voice 4.4)."""
    before = columns_of(call)
    values = _values(call, change, user, problems)
    for column, value in values.items():
        setattr(call, column, value)
    columns = {*values, *_dispose(call, change, at)}
    call.vendor_figures = {**call.vendor_figures, **_figures(change)}
    if call.call_end_date_time is None:
        call.vendor_figures.pop("ended", None)  # it goes on
    if change.recording_location or (call.call_recording_id and _may_change_length(columns, change)):
        recording.keep(call, change.recording_location, seconds=_recorded_seconds(call), at=at)
        columns |= {"is_recorded", "call_recording"}
    call.touch(by_id=call.call_center.integration_user_id if call.call_center else call.last_modified_by_id)
    save_changed(call, before)
    return columns


def _figures(change: CallUpdate) -> dict[str, Any]:
    """What the telephone system told that the documented fields hold less exactly, or not at all."""
    times = {
        name: change.values[column].isoformat() for name, column in restating.TOLD.items() if column in change.values
    }
    lengths = {"recording": change.recording_seconds, "interaction": change.interaction_seconds}
    return {**times, **{name: seconds for name, seconds in lengths.items() if seconds is not None}}


def _recorded_seconds(call: VoiceCall) -> int:
    """As told, else talking and holding together, in whatever order these came (voice 4.1)."""
    told: int | None = call.vendor_figures.get("recording")
    return (call.vendor_figures.get("interaction", 0) + (call.customer_hold_duration or 0)) if told is None else told


def _may_change_length(columns: set[str], change: CallUpdate) -> bool:
    told = (change.recording_seconds, change.interaction_seconds)
    return "customer_hold_duration" in columns or any(seconds is not None for seconds in told)


def _values(call: VoiceCall, change: CallUpdate, user: User | None, problems: list[FieldProblem]) -> dict[str, Any]:
    """What was sent, by column, checked as far as only the call itself can."""
    values = {**change.values}
    for column in values.keys() & set(_TIMES):
        values[column] = clock.to_second(values[column])
    kept = attributes.check(change.attributes, is_new=False)
    problems.extend(kept.problems)
    values |= kept.columns
    if kept.custom_fields:
        values["custom_fields"] = {**call.custom_fields, **kept.custom_fields}
    if user:
        values |= {"user": user, "owner_user": user, "owner_queue": None}
    if {"call_start_date_time", "call_end_date_time"} <= values.keys():
        length = values["call_end_date_time"] - values["call_start_date_time"]
        values["call_duration_in_seconds"] = max(0, int(length.total_seconds()))  # V-46: never negative
    return values


def _dispose(call: VoiceCall, change: CallUpdate, at: datetime) -> list[str]:
    """The call's own state (V-63), and what a final update fills in where nothing was sent (V-40)."""
    if not change.is_final:
        if moving.reopens(call, change):
            call.call_disposition, call.call_end_date_time = CallDisposition.IN_PROGRESS, None
        elif call.call_disposition == CallDisposition.NEW and call.call_accept_date_time:
            call.call_disposition = CallDisposition.IN_PROGRESS
        return ["call_disposition"]
    call.call_disposition = CallDisposition.COMPLETED
    call.call_end_date_time = call.call_end_date_time or clock.to_second(at)
    _count_holds(call, at)
    return ["call_disposition", "call_end_date_time", "number_of_holds", "customer_hold_duration"]


def _count_holds(call: VoiceCall, at: datetime) -> None:
    """The holds known here, where the vendor never sent a figure (V-40, M-21); none are 0."""
    holds = restating.holds_of(call.segment) if call.segment else ()
    seconds = [int(((hold.ended_at or at) - hold.started_at).total_seconds()) for hold in holds]
    if call.number_of_holds is None:
        call.number_of_holds = len(seconds)
    if call.customer_hold_duration is None:
        call.customer_hold_duration = sum(seconds)
    if call.longest_hold_duration is None and seconds:
        call.longest_hold_duration = max(seconds)
