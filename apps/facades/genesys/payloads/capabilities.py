"""Operations by surface, and which of them an agent may do now (genesys 7.1)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from apps.agents.models import Channel
from apps.engagements.lifecycle import Stage
from apps.events.catalogue import InteractionSnapshot, Part
from apps.facades.genesys.payloads import states
from apps.facades.genesys.payloads.states import CallState
from apps.queues.models import OfferState


class Surface(StrEnum):
    """Where an operation is sent to: the generic path, or one medium's."""

    GENERIC = "interactions"
    CALLS = "calls"
    CHATS = "chats"
    EMAILS = "emails"
    OPEN_MEDIA = "openmedia"
    SMS_SESSIONS = "smssessions"
    WORK_ITEMS = "workitems"
    TWITTER = "twitter"
    FACEBOOK = "facebook"
    FACEBOOK_SESSIONS = "facebooksession"


GENERIC, CALL = Surface.GENERIC, Surface.CALLS

_NOTES = ("AttachUserData", "UpdateUserData", "DeleteUserData")
_CALL_NOTES = (*_NOTES, "DeleteUserDataPair")
_INVITED = ("Accept", "Reject")
_WRAP_UP = ("Complete", *_NOTES, "SetDisposition")

_WORK_ITEM = ("Transfer", *_NOTES, "SetInFocus", "Complete")
_WORKING: Mapping[Surface, Sequence[str]] = {
    Surface.GENERIC: ("Complete", "Transfer", "PlaceInQueue", "PlaceInWorkbin", *_NOTES),
    Surface.CHATS: (
        "Transfer",
        "Complete",
        "Leave",
        "InFocus",
        "SendMessage",
        "SendStartTypingNotification",
        "SendStopTypingNotification",
    ),
    Surface.SMS_SESSIONS: ("Transfer", "Complete", "Leave", "SendMessage"),
    Surface.EMAILS: ("Reply", "ReplyAll", "Forward", "Complete", "Transfer", *_NOTES),
    Surface.WORK_ITEMS: _WORK_ITEM,
}
_COMPOSING: Mapping[Surface, Sequence[str]] = {
    Surface.GENERIC: ("Cancel", "Send", "PlaceInWorkbin", *_NOTES),
    Surface.EMAILS: ("Cancel", "Send", "Save", *_NOTES),
}

_CONSULTING = ("CompleteTransfer", "CompleteConference", "SwapCalls")
_ASKING = ("InitiateConference", "InitiateTransfer", "SingleStepConference", "SingleStepTransfer")
_ON_THE_LINE: Mapping[CallState, Sequence[str]] = {
    CallState.RINGING: ("Answer", "Reject"),
    CallState.DIALING: (*_CALL_NOTES, "Hangup", "SendDtmf"),
    CallState.ESTABLISHED: (*_CALL_NOTES, *_ASKING, "Hold", "Hangup", "SendDtmf"),
    CallState.HELD: (*_CALL_NOTES, *_ASKING, "Retrieve", "Hangup"),
    CallState.RELEASED: ("Complete", *_CALL_NOTES, "SetDisposition"),
}


def capabilities(surface: Surface, of: InteractionSnapshot, part: Part | None) -> list[str]:
    """What the agent whose part it is may do now; nobody else may do anything."""
    if part is None or part["state"] == OfferState.ENDED:
        return []
    if part["state"] == OfferState.WRAP_UP and not states.is_last_to_finish(of, part):
        return []
    if surface == CALL:
        return _of_call(of, part)
    if part["state"] == OfferState.OFFERED:
        return list(_INVITED)
    if of["stage"] != Stage.HANDLED:
        return list(_WRAP_UP)
    known = _COMPOSING if of["is_draft"] else _WORKING
    names = [*known.get(surface, _WORK_ITEM), *_of_consultation(surface, of, part)]
    return [name for name in names if name != "PlaceInWorkbin" or of["channel"] != Channel.VOICE]


def _of_consultation(surface: Surface, of: InteractionSnapshot, part: Part) -> Sequence[str]:
    """Of who has asked a colleague into a chat, once the colleague is there."""
    answered = states.consults(of, part) and of["consult"] and of["consult"]["state"] == OfferState.WORKING
    return _CONSULTING[:2] if answered and surface in (Surface.CHATS, Surface.SMS_SESSIONS) else ()


def _of_call(of: InteractionSnapshot, part: Part) -> list[str]:
    names = _ON_THE_LINE.get(states.call_state_of(of, part), ())
    if states.is_consulted(of, part):
        return [name for name in names if name not in _ASKING]
    if states.consults(of, part):
        return [*(name for name in names if name not in _ASKING), *of_consult(of)[1:]]
    return list(names)


def of_consult(of: InteractionSnapshot) -> list[str]:
    """What may be done with the call to the colleague who is asked in."""
    if of["consult"] is None:
        return []
    return ["Hangup", *(_CONSULTING if of["consult"]["state"] == OfferState.WORKING else ())]
