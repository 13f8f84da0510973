"""What is told over CometD: which topics somebody may hear, and how an event reads on each (genesys 8, 15.9)."""

from collections.abc import Iterable
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.events.catalogue import AgentEvent, InteractionEvent, Part
from apps.events.models import Event
from apps.facades.genesys import notifications
from apps.facades.genesys.notifications import kind_of, message_log
from apps.facades.genesys.payloads.agents import Standing, channels
from apps.facades.genesys.payloads.interactions import View, generic, of_medium, present_part
from apps.facades.genesys.payloads.links import Links

Messages = Iterable[tuple[str, Any]]

# What is heard while talking: this dialect has no words for it.
_UNTOLD = frozenset({"transcript.added", "signal.noticed"})

# Patterns that grant no more than the subscriber's own topics and what everybody may know.
_OPEN = {"/**", "/v2/**", "/v2/me", "/notifications/services", "/notifications/**"}


class Topics:
    def allows(self, user: User, channel_pattern: str) -> bool:
        """Everybody hears what is theirs; `/v2/users` is for supervisors and administrators."""
        if channel_pattern in _OPEN or channel_pattern.startswith("/v2/me/"):
            return True
        supervises = user.role in (Role.SUPERVISOR, Role.ADMIN)
        return supervises and (channel_pattern == "/v2/users" or channel_pattern.startswith("/v2/users/"))

    def messages(self, event: Event, user: User, *, base_url: str) -> Messages:
        """Every topic and message that tells this user of the event, by what the event carries alone."""
        if event.name.startswith("agent."):
            return _of_agent(event.name, event.data, user)
        return _of_interaction(event, event.data, user, Links(base_url))


def _of_interaction(event: Event, data: InteractionEvent, user: User, links: Links) -> Messages:
    part = present_part([part for part in data["parts"] if part["user_id"] == user.pk])
    if part is None or event.name in _UNTOLD:
        return
    view = View(data["interaction"], part, _owner(data))
    caused = {"referenceId": event.pk} if event.actor_id == user.pk else {}
    kind, log, beside = kind_of(event), message_log(event, view, links), notifications.beside(event)
    yield (
        "/v2/me/interactions",
        {
            "messageType": "InteractionStateChangeMessage",
            "notificationType": kind,
            **caused,
            **beside,
            **({"messages": log["messages"]} if log else {}),
            "interaction": generic(view, links),
        },
    )
    if log:
        yield view.medium.topic, {"messageType": "MessageLogUpdated", "notificationType": kind, **caused, **log}
        return
    yield (
        view.medium.topic,
        {
            "messageType": view.medium.message_type,
            "notificationType": "AttachedDataChanged" if view.medium.is_voice and kind == "PropertiesUpdated" else kind,
            **caused,
            **beside,
            view.medium.singular: of_medium(view, links),
        },
    )


def _owner(data: InteractionEvent) -> str | None:
    handler = data["interaction"]["handler_id"]
    owners: Iterable[Part] = (part for part in data["parts"] if part["agent_id"] == handler)
    return next((part["user_uuid"] for part in owners), None)


def _of_agent(name: str, data: AgentEvent, user: User) -> Messages:
    if data["agent"]["user_id"] == user.pk:
        standings = [Standing.of_event(channel) for channel in data["channels"]]
        states = channels(standings, signed_in=name != "agent.session_ended")
        yield "/v2/me/channels", {"messageType": "ChannelStateChangeMessageV2", "channels": states}
