"""What each interrupt means here (cxengage 12.2)."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.models import Channel
from apps.common import clock
from apps.common.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.facades.cxengage import errors
from apps.facades.cxengage.operating import bodies, leaving, transfers, written
from apps.facades.cxengage.operating.bodies import Body
from apps.facades.cxengage.operating.parts import Call
from apps.queues import operations
from apps.queues.models import Disposition, OfferState

Act = Callable[[Call], Any]
MONITOR = "silent-monitoring"


def _plain(operation: Callable[..., Any]) -> Act:
    return lambda call: operation(call.interaction, by=call.agent)


def _accept(call: Call) -> None:
    """Raises NotAllowed once its time is over, whether or not anybody has noticed yet (X-66)."""
    until = call.part.deadline_at
    if call.part.state == OfferState.OFFERED and until and until < clock.now():
        raise NotAllowed("this offer is over")
    operations.accept(call.interaction, by=call.agent)


def _hold_resource(call: Call) -> None:
    operations.hold(call.interaction, by=call.agent, who=call.target() or call.agent)


def _resume_resource(call: Call) -> None:
    operations.resume(call.interaction, by=call.agent, who=call.target() or call.agent)


def _muting(muted: bool) -> Act:
    return lambda call: operations.mute(call.interaction, muted, by=call.agent, who=call.target())


def _recording(recording: str | None) -> Act:
    return lambda call: operations.set_recording(call.interaction, recording, by=call.agent)


def _focusing(focused: bool) -> Act:
    return lambda call: operations.focus(call.interaction, focused, by=call.agent)


def _wrapping_up(wraps_up: bool) -> Act:
    return lambda call: operations.choose_wrap_up(call.interaction, wraps_up, by=call.agent)


def _end_wrap_up(call: Call) -> None:
    """A wrap-up ends only with the disposition that its queue demands (M-12)."""
    if call.part.state == OfferState.ENDED and call.part.left_at:
        raise AlreadyDone("the wrap-up is over")
    if call.part.state != OfferState.WRAP_UP:
        raise NotAllowed("there is no wrap-up yet")
    try:
        operations.complete(call.interaction, by=call.agent)
    except Invalid as refused:
        raise NotAllowed(str(refused)) from None


def _select_disposition(call: Call) -> None:
    """One of the list; none, or one that is not selected any more, clears it."""
    told = bodies.nested(call.told, "disposition")
    chosen = None if told is None or told.get("selected") is False else _disposition(told)
    operations.set_disposition(call.interaction, chosen, by=call.agent)


def _disposition(told: Body) -> Disposition:
    """Raises NotAllowed for one that is not in the list (X-66)."""
    key = bodies.optional_id(told, "dispositionId") or bodies.optional_id(told, "id")
    listed = Disposition.objects.filter(is_active=True)
    found = listed.filter(uuid=key) if key else listed.filter(name__iexact=bodies.text(told, "name"))
    first = found.first()
    if first is None:
        raise NotAllowed("this disposition is not in the list")
    return first


def _link(call: Call) -> operations.Link:
    """`hookBy` and `hookedBy` are the same (X-44)."""
    told = call.told
    return operations.Link(
        type=bodies.text(told, "hookType", 80),
        sub_type=bodies.text(told, "hookSubType", 80),
        record_id=bodies.text(told, "hookId"),
        name=bodies.optional(told, "hookName") or "",
        hooked_by=bodies.optional(told, "hookBy", 80) or bodies.optional(told, "hookedBy", 80) or "",
    )


def _select_contact(call: Call) -> None:
    _require_assigning(call.agent.user)
    operations.select_contact(call.interaction, _contact(call), by=call.agent)


def _deselect_contact(call: Call) -> None:
    _require_assigning(call.agent.user)
    operations.deselect_contact(call.interaction, _contact(call), by=call.agent)


def _require_assigning(user: User) -> None:
    if not permits(user, Permission.CONTACTS_ASSIGN_INTERACTION):
        raise errors.Refused(Permission.CONTACTS_ASSIGN_INTERACTION)


def _contact(call: Call) -> CrmRecord:
    found = CrmRecord.objects.filter(uuid=bodies.required_id(call.told, "contactId")).first()
    if found is None:
        raise NotFound("no such contact")
    return found


def _answer_script(call: Call) -> None:
    answers = bodies.nested(call.told, "scriptResponse")
    if answers is None:
        raise bodies.refused("interrupt.scriptResponse", "is required")
    operations.answer_script(call.interaction, answers, by=call.agent)


INTERRUPTS: Mapping[str, Act] = {
    "offer-accept": _accept,
    "remove-resource": leaving.remove,
    "resource-disconnect": leaving.disconnect,
    "work-cancel": leaving.cancel_dial,
    "customer-hold": _plain(operations.hold),
    "customer-resume": _plain(operations.resume),
    "resource-hold": _hold_resource,
    "resource-resume": _resume_resource,
    "resume-all": _plain(operations.resume_all),
    "mute-resource": _muting(True),
    "unmute-resource": _muting(False),
    "recording-start": _recording("recording"),
    "recording-stop": _recording(None),
    "customer-transfer": transfers.transfer,
    "transfer-cancel": transfers.cancel,
    "disposition-select": _select_disposition,
    "wrapup-on": _wrapping_up(True),
    "wrapup-off": _wrapping_up(False),
    "wrapup-end": _end_wrap_up,
    "interaction-contact-selected": _select_contact,
    "interaction-contact-deselected": _deselect_contact,
    "interaction-focused": _focusing(True),
    "interaction-unfocused": _focusing(False),
    "interaction-hook-add": lambda call: operations.add_hook(call.interaction, _link(call), by=call.agent),
    "interaction-hook-drop": lambda call: operations.drop_hook(call.interaction, _link(call), by=call.agent),
    "send-sms": written.send_sms,
    "send-email": written.send_email,
    "agent-reply-started": written.start_reply,
    "agent-no-reply": written.no_reply,
    "agent-cancel-reply": written.cancel_reply,
    "send-script": _answer_script,
}
# The agent need not be named: the sender is.
UNNAMED = frozenset(
    {
        *("interaction-contact-selected", "interaction-contact-deselected", "interaction-focused"),
        *("interaction-unfocused", "send-sms", "send-script"),
    }
)


def listen_in(interaction: EngagementInteraction, user: User, told: Body) -> None:
    """Silent monitoring, for whoever may; with the supervisor's own part it has nothing to do (X-66)."""
    if not permits(user, Permission.MONITOR_ALL_CALLS):
        raise errors.Refused(Permission.MONITOR_ALL_CALLS)
    extension = bodies.nested(told, "activeExtension") or {}
    if interaction.channel != Channel.VOICE:
        raise NotAllowed("only a call can be listened to")
    operations.monitor(interaction, by=user, extension=extension)
