"""What is told over CometD: which topics somebody may hear, and how an event reads on each (genesys 8, 15.9)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apps.accounts.hiding import hides_numbers, in_value
from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.operations import INACTIVITY_WARNING
from apps.events.catalogue import AgentEvent, InteractionEvent, Part, WorkbinEvent
from apps.events.models import Event
from apps.facades.genesys import notifications
from apps.facades.genesys.notifications import kinds_for, message_log
from apps.facades.genesys.payloads import workbins
from apps.facades.genesys.payloads.agents import Standing, channels, device
from apps.facades.genesys.payloads.calls import consult
from apps.facades.genesys.payloads.interactions import View, generic, of_medium, present_part
from apps.facades.genesys.payloads.links import Links

Messages = Iterable[tuple[str, Any]]
Hears = Callable[[str], bool]
_INTERACTIONS = "/v2/me/interactions"

# What is heard or done while talking: this dialect has no words for it.
_UNTOLD = frozenset(
    {
        *("transcript.added", "signal.noticed", "call.monitored", "call.unmonitored"),
        *("call.whispered", "call.barged_in"),
        *("work.focused", "work.unfocused", "script.answered"),
    }
)

_OF_ONE = ("call.muted", "call.unmuted")  # which changes nobody else's call

# Patterns that grant no more than the subscriber's own topics and what everybody may know.
_OPEN = {"/**", "/v2/**", "/v2/me", "/notifications/services", "/notifications/**"}


class Topics:
    def allows(self, user: User, channel_pattern: str) -> bool:
        """Everybody hears what is theirs; `/v2/users` is for supervisors and administrators."""
        if channel_pattern in _OPEN or channel_pattern.startswith("/v2/me/"):
            return True
        supervises = permits(user, Permission.MANAGE_ALL_USER_STATE)
        return supervises and (channel_pattern == "/v2/users" or channel_pattern.startswith("/v2/users/"))

    def messages(self, event: Event, user: User, *, base_url: str, hears: Hears = lambda _: True) -> Messages:
        """Every topic and message that tells this user of the event, by what the event carries alone."""
        told = self._messages(event, user, base_url, hears)
        return ((topic, in_value(data)) for topic, data in told) if hides_numbers(user) else told

    def _messages(self, event: Event, user: User, base_url: str, hears: Hears) -> Messages:
        links = Links(base_url)
        if event.name == "agent.notified":  # of our desk alone
            return []
        if event.name.startswith("agent."):
            return _of_agent(event.name, event.data, user, links)
        if event.name.startswith("workbin."):
            return _of_workbin(event, event.data, links)
        if "interaction" not in event.data:  # nothing that this dialect has a word for
            return []
        return [
            *_of_interaction(event, event.data, user, links, hears),
            *(("/v2/me/workbins", told) for told in workbins.changed(event.data, user.id, event.at, links)),
        ]


def _of_interaction(event: Event, data: InteractionEvent, user: User, links: Links, hears: Hears) -> Messages:
    part = present_part([part for part in data["parts"] if part["user_id"] == user.id])
    if part is None or event.name in _UNTOLD:
        return
    if event.name in _OF_ONE and event.agent_id != part["agent_id"]:
        return
    view = View(data["interaction"], part, _owner(data), event.at)
    caused = {"referenceId": event.pk} if event.actor_id == user.id else {}
    kinds, log, beside = kinds_for(event, part), message_log(event, view, links), notifications.beside(event)
    if hears(_INTERACTIONS):
        for kind in kinds:
            yield (
                _INTERACTIONS,
                {
                    "messageType": "InteractionStateChangeMessage",
                    "notificationType": kind,
                    **caused,
                    **beside,
                    **({"messages": log["messages"]} if log else {}),
                    "interaction": generic(view, links),
                },
            )
    if not hears(view.medium.topic):
        return
    if log:
        yield view.medium.topic, {"messageType": "MessageLogUpdated", "notificationType": kinds[0], **caused, **log}
        return
    for kind in kinds:
        yield (
            view.medium.topic,
            {
                "messageType": view.medium.message_type,
                "notificationType": _of_call(kind) if view.medium.is_voice else kind,
                **caused,
                **beside,
                view.medium.singular: of_medium(view, links),
            },
        )
    if view.medium.is_voice:
        yield from _of_consult(data, part, caused, links)


def _of_call(kind: str) -> str:
    return "AttachedDataChanged" if kind == "PropertiesUpdated" else kind


def _of_consult(data: InteractionEvent, part: Part, caused: Mapping[str, Any], links: Links) -> Messages:
    """The call to a colleague, to the agent who asked: what it has come to, or that it is over."""
    of, ended = data["interaction"], data["changes"].get("consult_ended")
    for leg, is_over in ((ended, True), (of["consult"], False)):
        if leg and leg["by_agent_id"] == part["agent_id"]:
            resource = consult(of, part, leg, links, is_over=is_over)
            told = {"messageType": "CallStateChangeMessage", "notificationType": "StatusChange"}
            yield "/v2/me/calls", {**told, **caused, "call": resource}


def _of_workbin(event: Event, data: WorkbinEvent, links: Links) -> Messages:
    if event.name == "workbin.listed":
        yield "/v2/me/interactions", {**workbins.listed(data, event.at, links), "referenceId": event.pk}
    else:
        yield "/v2/me/workbins", workbins.subscription(event.name, data, event.pk)


def _owner(data: InteractionEvent) -> str | None:
    handler = data["interaction"]["handler_id"]
    owners: Iterable[Part] = (part for part in data["parts"] if part["agent_id"] == handler)
    return next((part["user_uuid"] for part in owners), None)


def _of_agent(name: str, data: AgentEvent, user: User, links: Links) -> Messages:
    of = data["agent"]
    if of["user_id"] != user.id:
        return
    if name == "agent.inactivity_warned":
        told = {"messageType": "InactivityMessage", "notificationType": "InactivityWarning"}
        yield "/v2/me", {**told, "secondsLeft": int(INACTIVITY_WARNING.total_seconds())}
        return
    standings = [Standing.of_event(channel) for channel in data["channels"]]
    states = channels(standings, signed_in=name != "agent.session_ended")
    yield "/v2/me/channels", {"messageType": "ChannelStateChangeMessageV2", "channels": states}
    voice = next((each for each in states if each["channel"] == "voice"), None)
    if voice and "uuid" in of:  # which older events do not carry
        devices = [device(of["uuid"], of["user_name"], voice, links)]
        yield "/v2/me/devices", {"messageType": "DeviceStateChangeMessage", "devices": devices}
