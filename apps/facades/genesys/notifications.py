"""Which kind of notification each event is (genesys 8.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.events.catalogue import Part
from apps.events.models import Event
from apps.facades.genesys.errors import INTERNAL
from apps.facades.genesys.payloads.interactions import View
from apps.facades.genesys.payloads.links import Links
from apps.facades.genesys.payloads.written import messages

_KINDS: Mapping[str, str] = {
    "engagement.changed": "PropertiesUpdated",
    "draft.saved": "EmailSaved",
    "mail.attachment_added": "AttachmentAdded",
    "mail.attachment_removed": "AttachmentRemoved",
    "mail.received": "PropertiesUpdated",
    "mail.delivered": "PropertiesUpdated",
    "mail.failed": "Error",
    "chat.participants_changed": "ParticipantsUpdated",
    "chat.said": "NewMessages",
    "chat.typing": "NewMessages",
    "chat.history": "NewMessages",
}


# After these a call may be in another state, too.
_STATE_AND_LINE = ("participant.added", "transfer.cancelled")


def kind_of(event: Event) -> str:
    return _KINDS.get(event.name, "StatusChange")


def kinds_for(event: Event, part: Part) -> Sequence[str]:
    """As `kind_of`, to the agent whose part it is: on a call others may have come or gone (genesys 12)."""
    if part["user_uuid"] not in event.data["changes"].get("line_changed", ()):
        return [kind_of(event)]
    return ["StatusChange", "ParticipantsUpdated"] if event.name in _STATE_AND_LINE else ["ParticipantsUpdated"]


def beside(event: Event) -> dict[str, Any]:
    """What a notification says beside the resource: why something failed."""
    if event.name != "mail.failed":
        return {}
    return {"errorMessage": f"The message was not delivered: {event.data['changes']['error']}", "errorCode": INTERNAL}


def message_log(event: Event, view: View, links: Links) -> dict[str, Any] | None:
    """The lines of a chat, which come without a resource; None for every other event."""
    if kind_of(event) != "NewMessages":
        return None
    found = links.both(view.path)
    return {
        f"{view.medium.singular}Uri": found["uri"],
        f"{view.medium.singular}Path": found["path"],
        "messages": messages(event.name, event.data["changes"]),
    }
