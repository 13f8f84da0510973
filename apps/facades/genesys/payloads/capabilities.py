"""Operations by surface, and which of them the lifecycle allows an agent now (genesys 7.1)."""

from collections.abc import Mapping
from enum import StrEnum

from apps.engagements import lifecycle
from apps.events.catalogue import InteractionSnapshot, Part
from apps.facades.genesys.payloads import states
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


GENERIC, CALL = Surface.GENERIC, Surface.CALLS

# Operation -> our operation, whose stages the lifecycle knows. In the order in which desktops are shown them.
_INVITED = {"Accept": "accept", "Reject": "reject"}
_RINGING = {"Answer": "accept", "Reject": "reject"}
_NOTES = {
    "AttachUserData": "annotate",
    "UpdateUserData": "annotate",
    "DeleteUserData": "annotate",
}
_WORKING = {"Complete": "complete", **_NOTES, "SetDisposition": "annotate"}
_TALKING = {**_NOTES, "DeleteUserDataPair": "annotate", "SetDisposition": "annotate", "Hangup": "hang_up"}
_RELEASED = {**_WORKING, "DeleteUserDataPair": "annotate"}

_BY_STATE: Mapping[str, Mapping[str, str]] = {
    OfferState.OFFERED: _INVITED,
    OfferState.WORKING: _WORKING,
    OfferState.WRAP_UP: _WORKING,
}
_OF_CALLS: Mapping[str, Mapping[str, str]] = {
    OfferState.OFFERED: _RINGING,
    OfferState.WORKING: _TALKING,
    OfferState.WRAP_UP: _RELEASED,
}


def capabilities(surface: Surface, of: InteractionSnapshot, part: Part | None) -> list[str]:
    """What the agent whose part it is may do now; nobody else may do anything."""
    if part is None or (part["state"] == OfferState.WRAP_UP and not states.is_last_to_finish(of, part)):
        return []
    operations = (_OF_CALLS if surface == CALL else _BY_STATE).get(part["state"], {})
    return [name for name, core in operations.items() if lifecycle.allows(of["stage"], core)]
