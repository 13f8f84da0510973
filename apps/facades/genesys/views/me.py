"""The caller: session, states and channels (genesys 13)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth import logout
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agents.models import Agent, AgentChannel, NotReadyReason
from apps.common.errors import AlreadyDone, NotFound
from apps.facades.genesys.errors import OUTSIDE_VALUES, PARTIAL, SessionInUse, outside_values
from apps.facades.genesys.payloads import agents, bodies, directory
from apps.facades.genesys.payloads.agents import Standing
from apps.facades.genesys.payloads.media import BY_NAME
from apps.facades.genesys.views.base import GenesysView
from apps.queues import operations


class PresenceView(GenesysView):
    """Ready, not ready and the tenant's own states, on all channels or one of this dialect's."""

    def standings(self, agent: Agent) -> list[Standing]:
        rows = AgentChannel.objects.filter(agent=agent, session__ended_at=None).select_related("reason")
        return [Standing.of_row(row) for row in rows.order_by("channel")]

    def channels(self, agent: Agent) -> list[dict[str, Any]]:
        return agents.channels(self.standings(agent)) or agents.no_channels()

    def change_state(self, agent: Agent, name: str, channel: str | None) -> None:
        """Raises Invalid if there is no such state, NotFound if the session has no such channel."""
        change = self._state_change(agent, name)
        for one in self._ours(agent, channel) if channel else [None]:
            change(one)

    def _ours(self, agent: Agent, channel: str) -> Sequence[str]:
        """The session's channels that make one of this dialect's; if it has none, one for the operation to refuse."""
        own = {standing.channel for standing in self.standings(agent)}
        all_of_it = BY_NAME[channel].channels
        return [each for each in all_of_it if each in own] or all_of_it[:1]

    def _state_change(self, agent: Agent, name: str) -> Callable[[str | None], Any]:
        if name == "Ready":
            return lambda channel: operations.make_ready(agent, channel, by=self.user)
        reason = None if name == "NotReady" else _reason(name)
        return lambda channel: operations.make_not_ready(agent, channel, reason, by=self.user)


def _reason(name: str) -> NotReadyReason:
    reasons = NotReadyReason.objects.filter(operation_name__iexact=name, is_active=True)
    found = None if "\x00" in name else reasons.first()
    if found is None:
        raise outside_values("operationName", f"there is no operation {name!r}")
    return found


class MeView(PresenceView):
    def get(self, request: Request) -> Response:
        """Who the caller is, with the parts that `subresources` names."""
        asked = {name.strip() for name in request.query_params.get("subresources", "").split(",")}
        resource = directory.user(self.user, self.links) | {
            name: render(self) for name, render in _SUBRESOURCES.items() if asked & {name, "*"}
        }
        return self.one("user", resource)

    def post(self, request: Request) -> Response:
        body = self.body
        name = bodies.text(body, "operationName")
        agent = self.require_agent()
        match name:
            case "StartContactCenterSession":
                return self._start(agent, body)
            case "EndContactCenterSession":
                operations.end_session(agent, by=self.user)
                logout(request._request)
            case _:
                self.change_state(agent, name, None)
        return Response(self.shape.success())

    def _start(self, agent: Agent, body: bodies.Body) -> Response:
        """A session on the channels there are; those there are not are named one by one."""
        names = bodies.required(body, "channels")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise outside_values("channels", "channels is not an array of strings")
        names = list(dict.fromkeys(names))
        known = [name for name in names if name in BY_NAME]
        if not known:
            raise outside_values("channels", "channels names none that can be started")
        try:
            operations.start_session(
                agent, [channel for name in known for channel in BY_NAME[name].channels], by=self.user
            )
        except AlreadyDone:
            raise SessionInUse("the agent has a session already") from None
        if len(known) == len(names):
            return Response(self.shape.success())
        results = [_started(name, name in BY_NAME) for name in names]
        text = f"{len(known)} of {len(names)} channels started"
        return Response({"statusCode": PARTIAL, "statusMessage": text, "channels": results})


def _started(name: str, started: bool) -> dict[str, Any]:
    if started:
        return {"channel": name, "statusCode": 0}
    return {"channel": name, "statusCode": OUTSIDE_VALUES, "statusMessage": "there is no such channel"}


class MyChannelsView(PresenceView):
    def get(self, request: Request) -> Response:
        return Response({"statusCode": 0, "channels": self.channels(self.require_agent())})


class MyChannelView(PresenceView):
    def post(self, request: Request, channel: str) -> Response:
        name = bodies.text(self.body, "operationName")
        agent = self.require_agent()
        if channel not in BY_NAME:
            raise NotFound(f"there is no channel {channel!r}")
        self.change_state(agent, name, channel)
        return Response(self.shape.success())


class MyDevicesView(PresenceView):
    def get(self, request: Request) -> Response:
        return Response({"statusCode": 0, "devices": _devices(self)})


def _devices(view: PresenceView) -> list[dict[str, Any]]:
    """One device, the agent's place at the telephone system, in the state of the voice channel."""
    if view.agent is None:
        return []
    voice = next((each for each in view.channels(view.agent) if each["channel"] == "voice"), None)
    state = voice["userState"] if voice else agents.LOGGED_OUT
    active = "Inactive" if state is agents.LOGGED_OUT else "Active"
    device = {"id": str(view.agent.uuid), "deviceState": active, "userState": state, "doNotDisturb": "Off"}
    return [{**device, "capabilities": []}]


_SUBRESOURCES: Mapping[str, Callable[[PresenceView], Any]] = {
    "features": lambda view: directory.features(),
    "devices": _devices,
    "channels": lambda view: view.channels(view.agent) if view.agent else [],
    "settings": lambda view: {"interaction-workspace": {}},
}
