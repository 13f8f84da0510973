"""A call, and beside it the call to a colleague who is asked in (genesys 12)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from apps.engagements.lifecycle import Stage
from apps.events.catalogue import Consult, InteractionSnapshot, Part
from apps.facades.genesys.payloads import states
from apps.facades.genesys.payloads.capabilities import of_consult
from apps.facades.genesys.payloads.formats import interaction_id
from apps.facades.genesys.payloads.links import Links

Resource = dict[str, Any]


def call_fields(of: InteractionSnapshot, part: Part | None, at: datetime, links: Links) -> Resource:
    """What only calls have. `at`: when `duration` is told of a call that goes on."""
    return {
        "connId": f"{of['id']:016X}",
        "callUuid": of["uuid"],
        **({"deviceUri": links.uri(f"/devices/{part['agent_uuid']}")} if part else {}),
        "dnis": of["contact_point"],
        "duration": str(_seconds(part, at)),
        **_LINE,
        "recordingState": _RECORDING[of["recording"] if of["stage"] == Stage.HANDLED else None],
    }


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
        "connId": f"{of['id']:012X}{leg['leg']:04X}",
        "callUuid": str(uuid5(UUID(of["uuid"]), str(leg["leg"]))),
        "deviceUri": links.uri(f"/devices/{part['agent_uuid']}"),
        "state": states.CallState.COMPLETED if is_over else states.consult_state_of(leg),
        "capabilities": [] if is_over else of_consult(of),
        "participants": [_colleague(leg)] if leg["name"] else [],
        "userData": of["user_data"],
        **_LINE,
    }


def _colleague(leg: Consult) -> Resource:
    name = leg["name"]
    return {"digits": "", "phoneNumber": name, "formattedPhoneNumber": name, "userId": leg["user_uuid"]}
