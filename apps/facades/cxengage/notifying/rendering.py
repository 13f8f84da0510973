"""How an event reads to one agent's client (cxengage 12.6)."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.events.catalogue import AgentEvent, InteractionEvent, Part
from apps.events.models import Event
from apps.facades.cxengage.notifying import about_work
from apps.facades.cxengage.notifying.ids import action_of
from apps.facades.cxengage.notifying.lookups import Lookups, looked_up
from apps.facades.cxengage.operating.artifact_rows import message_artifact, transcript_artifact
from apps.facades.cxengage.operating.standing import Standing, available_states, reason_row
from apps.facades.cxengage.payloads.formats import CHANNEL_TYPES, DIRECTIONS, Row, moment
from apps.queues.models import OfferState, SegmentCause


def render(events: Collection[Event], user: User) -> list[Row]:
    """The messages, oldest first. In the tenant's scope; a fixed number of queries."""
    if not events:
        return []
    known = looked_up(events, user)
    return [message for event in events for message in _messages(event, known)]


def _messages(event: Event, known: Lookups) -> Iterator[Row]:
    if event.name == "agent.notified":  # of our desk alone
        return
    if event.name.startswith("agent."):
        yield from _of_agent(event, event.data, known)
    elif event.name in ("call.monitored", "call.unmonitored"):
        kind = "silent-monitor-start" if event.name == "call.monitored" else "silent-monitor-end"
        yield _notification(event, known, None, kind, {})
    elif "interaction" in event.data:
        yield from _of_work(event, event.data, known)


def _of_work(event: Event, data: InteractionEvent, known: Lookups) -> Iterator[Row]:
    part = _present([each for each in data["parts"] if each["user_id"] == known.user.pk])
    if part is None:
        return
    if event.name == "work.offered" and event.agent_id == part["agent_id"]:
        yield _offer(event, data, part, known)
    for kind, told in about_work.notifications(event, data, part, known):
        if kind == "send-message":
            yield {**_head(event, known, part), "type": kind, **told}
        else:
            yield _notification(event, known, part, kind, told)


def _present(parts: list[Part]) -> Part | None:
    """The part that is not over, else the last."""
    going = [part for part in parts if part["state"] != OfferState.ENDED]
    return next(reversed(going or parts), None)


def _head(event: Event, known: Lookups, part: Part | None) -> Row:
    """Who is told, of what; with it the message can be acknowledged."""
    interaction = event.data["interaction"]
    offer = known.offers.get((interaction["id"], part["leg"])) if part else None
    return {
        "tenantId": known.tenant_id,
        "sessionId": known.session_id,
        "resourceId": str(known.user.uuid),
        "interactionId": interaction["uuid"],
        "actionId": str(action_of(event.pk)),
        "subId": str(offer.segment.uuid) if offer else None,
        "timestamp": moment(event.at),
    }


def _notification(event: Event, known: Lookups, part: Part | None, kind: str, told: Row) -> Row:
    return {"type": "agent-notification", "notificationType": kind, **_head(event, known, part), **told}


def _offer(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Row:
    of = data["interaction"]
    offer = known.offers.get((of["id"], part["leg"]))
    until = moment(datetime.fromisoformat(part["deadline_at"])) if part["deadline_at"] else None
    return {
        "type": "work-offer",
        **_head(event, known, part),
        "channelType": CHANNEL_TYPES[of["channel"]],
        "direction": DIRECTIONS[of["direction"]] if of["direction"] else None,
        "source": None,
        "customer": of["customer"],
        "contactPoint": of["contact_point"],
        "queueName": part["queue"],
        "timeout": until,
        "timeoutEnd": until,
        "autoAnswer": False,
        "artifactId": _artifact(of, known),
        "resource": {
            "extension": None,
            "roleId": None,
            "sessionId": known.session_id,
            "workOfferId": str(offer.uuid) if offer else None,
            "isTransferResource": part["cause"] in (SegmentCause.TRANSFER, SegmentCause.ADD),
        },
        **_callback(of),
    }


def _artifact(of: Any, known: Lookups) -> str | None:
    """Where what was written is found: the newest message, or the conversation so far."""
    contact = EngagementInteraction(uuid=UUID(of["uuid"]))
    if of["mail"]:
        key = known.mail.get(of["mail"][-1]["message_id"])
        return str(message_artifact(contact, key)) if key else None
    return str(transcript_artifact(contact)) if of["channel"] in ("chat", "sms") else None


def _callback(of: Any) -> Row:
    """Outbound work that waits in a queue is a call back that the customer asked for."""
    if of["channel"] != "voice" or of["direction"] != "outbound":
        return {}
    asked = moment(datetime.fromisoformat(of["opened_at"]))
    return {"callbackRequest": {"callbackNumber": of["customer"], "callbackRequestedTime": asked}}


def _of_agent(event: Event, data: AgentEvent, known: Lookups) -> Iterator[Row]:
    if data["agent"]["user_id"] != known.user.pk or event.name == "agent.inactivity_warned":
        return
    channels = data["channels"]
    standing = Standing.of((each["is_ready"], each["do_not_disturb"], each["reason"]) for each in channels)
    is_over = event.name == "agent.session_ended"
    is_working = any(each["load"] for each in channels)
    supervisor = known.actors.get(event.actor_id or 0)
    turned = data["changed"] == "do_not_disturb"
    yield {
        "type": "resource-direction-change" if turned else "resource-state-change",
        "tenantId": known.tenant_id,
        "sessionId": known.session_id,
        "resourceId": str(known.user.uuid),
        "state": "offline" if is_over else standing.state,
        "availableStates": [] if is_over else available_states(is_working=is_working),
        "direction": standing.direction,
        **reason_row(known.reasons.get(standing.reason or "")),
        "supervisorId": str(supervisor.uuid) if supervisor else None,
        "supervisorName": supervisor.name if supervisor else None,
        "timestamp": moment(event.at),
    }
