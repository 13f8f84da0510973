"""Handing a contact on: cold or warm, to an agent, a queue or an extension (cxengage 12.2)."""

from typing import Any

from apps.agents.models import Agent
from apps.common.errors import AlreadyDone, NotAllowed, NotFound, Problem
from apps.facades.cxengage.operating import bodies
from apps.facades.cxengage.operating.bodies import Body
from apps.facades.cxengage.operating.parts import Call
from apps.queues import operations
from apps.queues.models import Queue, QueueEntry
from apps.queues.operations.stays import Extension
from apps.voice_calls.operations.numbers import who_answers

COLD, WARM = "cold-transfer", "warm-transfer"
_KINDS = {"cold": COLD, "warm": WARM, COLD: COLD, WARM: WARM}
_EXTENSIONS = ("pstn", "sip", "webrtc")
_TARGETS = ("transferResourceId", "transferQueueId", "transferExtension")


def transfer(call: Call) -> None:
    """Cold unless it says otherwise. Raises Invalid unless exactly one target is named."""
    is_warm = _kind(call.told) == WARM
    target, extension = _target(call.told)
    if target is None:
        _outside(call, extension or {}, is_warm=is_warm)
    elif is_warm:
        _ask(call, target)
    elif isinstance(target, Queue):
        operations.place_in_queue(call.interaction, target, by=call.agent)
    else:
        operations.transfer(call.interaction, target, by=call.agent)


def cancel(call: Call) -> None:
    """Warm only: what was handed on cold is somebody else's."""
    _target(call.told, needed=False)
    if _kind(call.told, WARM) != WARM:
        raise NotAllowed("only a warm transfer can be cancelled")
    operations.cancel_transfer(call.interaction, by=call.agent)


def _kind(told: Body, default: str = COLD) -> str:
    return _KINDS[bodies.word(told, "transferType", _KINDS, default)]


def _target(told: Body, *, needed: bool = True) -> tuple[Queue | Agent | None, Extension | None]:
    """Somebody here, or what an outside party is dialled by."""
    named = [name for name in _TARGETS if told.get(name) is not None]
    if len(named) > 1 or (needed and not named):
        raise bodies.refused(_TARGETS[0], f"exactly one of {', '.join(_TARGETS)} is required", Problem.CONTRADICTION)
    if not named:
        return None, None
    if named[0] == "transferExtension":
        extension = _extension(told)
        return who_answers(extension["value"]), extension
    key = bodies.required_id(told, named[0])
    rows: Any = (
        Queue.objects.filter(uuid=key, is_active=True)
        if named[0] == "transferQueueId"
        else Agent.objects.select_related("user").filter(user__uuid=key, user__is_active=True)
    )
    found = rows.first()
    if found is None:
        raise NotFound("there is nobody to transfer to")
    return found, None


def _extension(told: Body) -> dict[str, str]:
    extension = bodies.nested(told, "transferExtension") or {}
    return {
        "type": bodies.word(extension, "type", _EXTENSIONS),
        "value": bodies.text(extension, "value"),
    }


def _ask(call: Call, target: Queue | Agent) -> None:
    """The same target once more is done already; another has to wait until the first is called off."""
    try:
        operations.start_transfer(call.interaction, target, by=call.agent)
    except AlreadyDone as asked:
        named = {"queue": target} if isinstance(target, Queue) else {"target_agent": target}
        if QueueEntry.objects.filter(interaction=call.interaction, left_at=None, **named).exists():
            raise
        raise NotAllowed(str(asked)) from None


def _outside(call: Call, extension: Extension, *, is_warm: bool) -> None:
    if is_warm:
        operations.start_transfer(call.interaction, None, by=call.agent, extension=extension)
    else:
        operations.transfer_outside(call.interaction, extension, by=call.agent)
