"""An interaction as one agent sees it. Answers and notifications are rendered by the same functions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.engagements.models import Direction
from apps.events.catalogue import InteractionSnapshot, Part
from apps.facades.genesys.payloads import states
from apps.facades.genesys.payloads.calls import call_fields
from apps.facades.genesys.payloads.calls import participants as call_participants
from apps.facades.genesys.payloads.capabilities import CALL, GENERIC, Surface, capabilities
from apps.facades.genesys.payloads.formats import date, interaction_id
from apps.facades.genesys.payloads.links import Links
from apps.facades.genesys.payloads.media import OF_CHANNEL, Medium
from apps.facades.genesys.payloads.states import State
from apps.facades.genesys.payloads.written import chat_participants, mail_fields
from apps.queues.models import OfferState, Outcome
from apps.queues.operations.annotate import NOTE

Resource = dict[str, Any]

_TYPES: Mapping[str | None, str] = {
    Direction.INBOUND: "Inbound",
    Direction.OUTBOUND: "Outbound",
    Direction.AGENT_INITIATED: "Outbound",
    Direction.INTERNAL: "Internal",
}


@dataclass(frozen=True)
class View:
    """An interaction, and how the one who looks at it stands to it."""

    of: InteractionSnapshot
    part: Part | None
    owner: str | None  # uuid of the user who owns it now
    at: datetime  # of the event, or now

    @property
    def state(self) -> State:
        return states.state_of(self.of, self.part)

    @property
    def medium(self) -> Medium:
        return OF_CHANNEL[self.of["channel"]]

    @property
    def path(self) -> str:
        """Where it is on the surface of its medium."""
        return f"/{self.medium.plural}/{interaction_id(self.of['id'])}"


def present_part(parts: Sequence[Part]) -> Part | None:
    """Of one agent's parts, oldest first, the one that counts now: the last that is open, else the last."""
    is_open = [part for part in parts if part["state"] != OfferState.ENDED]
    return is_open[-1] if is_open else parts[-1] if parts else None


def generic(view: View, links: Links) -> Resource:
    """On the generic surface: the same for every medium."""
    return {
        **_head(view, links, f"/interactions/{interaction_id(view.of['id'])}"),
        "channel": view.medium.name,
        "interactionType": _TYPES.get(view.of["direction"]),
        "state": view.state,
        "capabilities": capabilities(GENERIC, view.of, view.part),
        **_body(view, links),
    }


def of_medium(view: View, links: Links) -> Resource:
    """On the surface of its own medium."""
    if view.medium.is_voice:
        return call(view, links)
    return {
        **_head(view, links, view.path),
        f"{view.medium.singular}Type": _TYPES.get(view.of["direction"]),
        "state": view.state,
        "capabilities": capabilities(Surface(view.medium.plural), view.of, view.part),
        **_body(view, links),
    }


def call(view: View, links: Links) -> Resource:
    return {
        **_head(view, links, f"/me/calls/{interaction_id(view.of['id'])}"),
        "callType": "Consult" if states.is_consulted(view.of, view.part) else _TYPES.get(view.of["direction"]),
        **call_fields(view.of, view.part, view.at, links),
        "state": states.call_state_of(view.of, view.part),
        "capabilities": capabilities(CALL, view.of, view.part),
        **_body(view, links),
    }


def chosen(resource: Resource, fields: Collection[str] | None) -> Resource:
    """Only these properties, and always the id; all of them without `fields` (genesys 3.3)."""
    return resource if fields is None else {key: resource[key] for key in resource if key == "id" or key in fields}


def _head(view: View, links: Links, path: str) -> Resource:
    return {"id": interaction_id(view.of["id"]), **links.both(path)}


def _body(view: View, links: Links) -> Resource:
    of, part = view.of, view.part
    accepted = part and part["outcome"] == Outcome.ACCEPTED
    return {
        "subject": of["subject"],
        "receivedDate": date(of["opened_at"]),
        "participants": list(call_participants(of, part) if view.medium.is_voice else chat_participants(of)),
        "userData": of["user_data"],
        **mail_fields(of, links),
        **_present(
            comment=of["user_data"].get(NOTE),
            contactId=of["contact_id"],
            parentId=interaction_id(of["parent_id"]),
            queueName=part["queue"] if part else of["queue"],
            ownerUri=links.uri(f"/users/{view.owner}") if view.owner else None,
            acceptedDate=date(part["answered_at"]) if part and accepted and part["answered_at"] else None,
            completedDate=date(part["ended_at"]) if part and accepted and part["ended_at"] else None,
        ),
    }


def _present(**values: Any) -> Resource:
    return {key: value for key, value in values.items() if value is not None}
