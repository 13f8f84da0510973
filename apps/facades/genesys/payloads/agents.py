"""Where an agent stands, on the channels of this dialect (genesys 13.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from apps.agents.models import AgentChannel, NotReadyReason, StateCause, WorkMode
from apps.events.catalogue import ChannelSnapshot
from apps.facades.genesys.payloads.links import Links
from apps.facades.genesys.payloads.media import BY_NAME, OF_CHANNEL

_WORK_MODES: Mapping[str, str] = {WorkMode.AUX: "AuxWork", WorkMode.AFTER_CALL_WORK: "AfterCallWork"}


# Why an agent is not ready who did not choose it.
_NOT_THEIRS: Mapping[str, str] = {
    StateCause.MISSES: "missed offers",
    StateCause.LEASE: "lost connection",
    StateCause.SUPERVISOR: "set by a supervisor",
}


@dataclass(frozen=True)
class Standing:
    """One of our channels, as an event or the table has it."""

    channel: str
    is_ready: bool
    reason: str | None
    work_mode: str
    cause: str = StateCause.AGENT
    do_not_disturb: bool = False

    @classmethod
    def of_event(cls, channel: ChannelSnapshot) -> "Standing":
        return cls(
            channel["channel"],
            channel["is_ready"],
            channel["reason"],
            channel["work_mode"],
            channel.get("cause", StateCause.AGENT),  # which older events do not carry
            channel.get("do_not_disturb", False),
        )

    @classmethod
    def of_row(cls, row: AgentChannel) -> "Standing":
        reason = row.reason.name if row.reason else None
        return cls(row.channel, row.is_ready, reason, row.work_mode, row.cause, row.do_not_disturb)


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
    return {"channel": name, "dndState": "On" if standing and standing.do_not_disturb else "Off", "userState": state}


LOGGED_OUT = {"id": "st-logged-out", "displayName": "Logged out", "state": "LoggedOut"}


def user_state(standing: Standing) -> dict[str, str]:
    mode = _WORK_MODES.get(standing.work_mode)
    return {**_state(standing), **({"workMode": mode} if mode else {})}


def _state(standing: Standing) -> dict[str, str]:
    if standing.is_ready:
        return {"id": "st-ready", "displayName": "Ready", "state": "Ready"}
    if standing.reason is None and standing.cause in _NOT_THEIRS:
        reason = _NOT_THEIRS[standing.cause]
        return {"id": "st-not-ready", "displayName": f"Not ready ({reason})", "state": "NotReady", "reason": reason}
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


def device(uuid: str, user_name: str, voice: Mapping[str, Any] | None, links: Links) -> dict[str, Any]:
    """The agent's place at the telephone system, in the state of the voice channel; `voice` is that channel's.

    It is called by the agent's user name, which can be dialled.
    """
    state = voice["userState"] if voice else LOGGED_OUT
    quiet = voice["dndState"] if voice else "Off"
    active = state["state"] != LOGGED_OUT["state"]
    return {
        "id": uuid,
        **links.both(f"/devices/{uuid}"),
        "deviceState": "Active" if active else "Inactive",
        "userState": state,
        "phoneNumber": user_name,
        "e164Number": None,
        "telephonyNetwork": "Private",
        "voiceEnvironmentUri": None,
        "doNotDisturb": quiet,
        "capabilities": ["DoNotDisturbOff" if quiet == "On" else "DoNotDisturbOn"] if active else [],
    }
