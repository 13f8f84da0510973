"""Where an agent stands, on the channels of this dialect (genesys 13.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from apps.agents.models import AgentChannel, NotReadyReason, WorkMode
from apps.events.catalogue import ChannelSnapshot
from apps.facades.genesys.payloads.media import BY_NAME, OF_CHANNEL

_WORK_MODES: Mapping[str, str] = {WorkMode.AUX: "AuxWork", WorkMode.AFTER_CALL_WORK: "AfterCallWork"}


@dataclass(frozen=True)
class Standing:
    """One of our channels, as an event or the table has it."""

    channel: str
    is_ready: bool
    reason: str | None
    work_mode: str

    @classmethod
    def of_event(cls, channel: ChannelSnapshot) -> "Standing":
        return cls(channel["channel"], channel["is_ready"], channel["reason"], channel["work_mode"])

    @classmethod
    def of_row(cls, row: AgentChannel) -> "Standing":
        return cls(row.channel, row.is_ready, row.reason.name if row.reason else None, row.work_mode)


def channels(standings: Iterable[Standing], *, signed_in: bool = True) -> list[dict[str, Any]]:
    """The agent's channels. Where several of ours make one of theirs, it is ready if one of them is."""
    found: dict[str, Standing] = {}
    for standing in standings:
        name = OF_CHANNEL[standing.channel].name
        if name not in found or standing.is_ready:
            found[name] = standing
    return [_channel(name, found[name] if signed_in else None) for name in sorted(found)]


def no_channels() -> list[dict[str, Any]]:
    """Every channel of an agent who is not signed in."""
    return [_channel(name, None) for name in sorted(BY_NAME)]


def _channel(name: str, standing: Standing | None) -> dict[str, Any]:
    state = user_state(standing) if standing else LOGGED_OUT
    return {"channel": name, "dndState": "Off", "userState": state}


LOGGED_OUT = {"id": "st-logged-out", "displayName": "Logged out", "state": "LoggedOut"}


def user_state(standing: Standing) -> dict[str, str]:
    mode = _WORK_MODES.get(standing.work_mode)
    return {**_state(standing), **({"workMode": mode} if mode else {})}


def _state(standing: Standing) -> dict[str, str]:
    if standing.is_ready:
        return {"id": "st-ready", "displayName": "Ready", "state": "Ready"}
    if standing.reason is None:
        return {"id": "st-not-ready", "displayName": "Not ready", "state": "NotReady"}
    return {
        "id": f"st-{slugify(standing.reason) or 'reason'}",
        "displayName": standing.reason,
        "state": "NotReady",
        "reason": standing.reason,
    }


def agent_states(reasons: Iterable[NotReadyReason]) -> list[dict[str, str]]:
    """What a status menu offers: each is an operation."""
    return [
        {"operationName": "Ready", "displayName": "Ready", "state": "Ready"},
        {"operationName": "NotReady", "displayName": "Not ready", "state": "NotReady"},
        *(
            {
                "operationName": reason.operation_name,
                "displayName": reason.name,
                "state": "NotReady",
                "reason": reason.name,
            }
            for reason in reasons
        ),
    ]
