"""A call, and beside it the call to a colleague who is asked in (genesys 12)."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from apps.engagements.lifecycle import Stage
from apps.events.catalogue import Consult, InteractionSnapshot, Part
from apps.facades.genesys.payloads import states
from apps.facades.genesys.payloads.capabilities import of_consult
from apps.facades.genesys.payloads.formats import interaction_id
from apps.facades.genesys.payloads.links import Links
from apps.queues.models import OfferState
from apps.queues.operations.line import partners

Resource = dict[str, Any]
_E164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)


def call_fields(of: InteractionSnapshot, part: Part | None, at: datetime, links: Links) -> Resource:
    """What only calls have. `at`: when `duration` is told of a call that goes on."""
    return {
        **_ids(part, f"{of['id']:016X}", of["uuid"]),
        **({"deviceUri": links.uri(f"/devices/{part['agent_uuid']}")} if part else {}),
        "dnis": of["contact_point"],
        "duration": str(_seconds(part, at)),
        **_LINE,
        "mute": "On" if part and part.get("is_muted") else "Off",  # older events do not say
        "recordingState": _RECORDING[of["recording"] if of["stage"] == Stage.HANDLED else None],
    }


def _ids(leg: Part | Consult | None, key: str, uuid: str) -> Resource:
    """The telephone system's key and our VoiceCall's uuid; others where it told of no call (core-model 5.3)."""
    call = leg.get("call") if leg else None  # older events carry none
    return {"connId": call["key"] or key, "callUuid": call["uuid"]} if call else {"connId": key, "callUuid": uuid}


_RECORDING = {None: "Stopped", "recording": "Recording", "paused": "Paused"}
_LINE = {"mute": "Off", "recordingState": "Stopped", "supervisorListeningIn": False, "monitoredUserMuted": False}


def _seconds(part: Part | None, at: datetime) -> int:
    if part is None or part["talk_started_at"] is None:
        return 0
    until = datetime.fromisoformat(part["left_at"]) if part["left_at"] else at
    return max(0, int((until - datetime.fromisoformat(part["talk_started_at"])).total_seconds()))


def consult_id(of: InteractionSnapshot, leg: int) -> str:
    return f"{interaction_id(of['id'])}-{leg}"


def leg_of(public_id: str) -> tuple[str, int | None]:
    """An id of a call, parted from the leg if it is that of a consultation."""
    main, dash, leg = public_id.partition("-")
    return (main, int(leg)) if dash and leg.isascii() and leg.isdigit() and len(leg) < 6 else (public_id, None)


def consult(of: InteractionSnapshot, part: Part, leg: Consult, links: Links, *, is_over: bool = False) -> Resource:
    """The call to the colleague, for the agent who asked."""
    public_id = consult_id(of, leg["leg"])
    return {
        "id": public_id,
        **links.both(f"/me/calls/{public_id}"),
        "callType": "Consult",
        "parentCallUri": links.uri(f"/me/calls/{interaction_id(of['id'])}"),
        **_ids(leg, f"{of['id']:012X}{leg['leg']:04X}", str(uuid5(UUID(of["uuid"]), str(leg["leg"])))),
        "deviceUri": links.uri(f"/devices/{part['agent_uuid']}"),
        "state": states.CallState.COMPLETED if is_over else states.consult_state_of(leg),
        "capabilities": [] if is_over else of_consult(of),
        "participants": [colleague(leg["name"], leg["user_uuid"])] if leg["name"] else [],
        "userData": of["user_data"],
        **_LINE,
    }


def participants(of: InteractionSnapshot, part: Part | None) -> Iterable[Resource]:
    """Whom the agent whose part it is talks with, or will; without a part, everybody on the line."""
    is_out = part is not None and part["state"] not in (OfferState.OFFERED, OfferState.WORKING)
    line = [] if is_out else of.get("participants", [])
    agents, hears_customer = partners(line, of["consult"], part["user_uuid"] if part else None)
    if hears_customer and (number := of["customer"]):
        e164 = {"e164Number": number} if _E164.fullmatch(number) else {}
        digits = "".join(letter for letter in number if letter.isdigit())
        yield {"digits": digits, "phoneNumber": number, "formattedPhoneNumber": number, **e164}
    for agent in agents:
        yield colleague(agent["nickname"], agent["id"])


def colleague(name: str, user_uuid: str | None) -> Resource:
    return {"digits": "", "phoneNumber": name, "formattedPhoneNumber": name, "userId": user_uuid}
