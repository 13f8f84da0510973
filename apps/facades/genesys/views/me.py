"""The caller: session, states and channels (genesys 13)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth import logout
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agents.models import Agent
from apps.common.errors import AlreadyDone, NotFound
from apps.common.storable import unstorable
from apps.facades.genesys.errors import OUTSIDE_VALUES, PARTIAL, SessionInUse, outside_values
from apps.facades.genesys.payloads import bodies, directory
from apps.facades.genesys.payloads.media import BY_NAME
from apps.facades.genesys.views.base import CONTACT_CENTER_SESSION
from apps.facades.genesys.views.presence import QUIET, PresenceView
from apps.facades.genesys.views.settings import workspace
from apps.queues import operations

_LONGEST = 80


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
            case "EndContactCenterSession":  # the HTTP session with it: it is the client's last call
                operations.end_session(agent, by=self.user)
                logout(request._request)
            case "KeepAlive":  # somebody is there
                pass
            case _:
                self.change_state(agent, name, None)
        return Response(self.shape.success())

    def hear_of(self, agent: Agent) -> None:
        """A client that starts anew does not bring the session of one that vanished back to life."""
        if self.request.method != "POST" or self.body.get("operationName") != "StartContactCenterSession":
            super().hear_of(agent)

    def _start(self, agent: Agent, body: bodies.Body) -> Response:
        """A session on the channels there are; those there are not are named one by one."""
        names = bodies.required(body, "channels")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise outside_values("channels", "channels is not an array of strings")
        names = list(dict.fromkeys(names))
        known = [name for name in names if name in BY_NAME]
        if not known:
            raise outside_values("channels", "channels names none that can be started")
        channels = [channel for name in known for channel in BY_NAME[name].channels]
        place, login_code = _said(body, "place"), _said(body, "loginCode")
        _require_own(agent, _said(body, "devicePath"))
        try:
            opened = operations.start_session(agent, channels, by=self.user, place=place, login_code=login_code)
        except AlreadyDone:
            raise SessionInUse("the agent has a session already") from None
        self.request.session[CONTACT_CENTER_SESSION] = str(opened.uuid)
        if len(known) == len(names):
            return Response(self.shape.success())
        results = [_started(name, name in BY_NAME) for name in names]
        text = f"{len(known)} of {len(names)} channels started"
        return Response({"statusCode": PARTIAL, "statusMessage": text, "channels": results})


def _require_own(agent: Agent, device_path: str | None) -> None:
    """Every place has one device, the agent's. Raises Invalid for another (genesys 13.2)."""
    if device_path is not None and device_path.rstrip("/").rpartition("/")[2] != str(agent.uuid):
        raise outside_values("devicePath", "there is no such device at this place")


def _started(name: str, started: bool) -> dict[str, Any]:
    if started:
        return {"channel": name, "statusCode": 0}
    return {"channel": name, "statusCode": OUTSIDE_VALUES, "statusMessage": "there is no such channel"}


def _said(body: bodies.Body, name: str) -> str | None:
    """What the client says of where it sits."""
    if body.get(name) is None:
        return None
    said = bodies.text(body, name)
    if problem := unstorable(said):
        raise outside_values(name, f"{name}: {problem}")
    if len(said) > _LONGEST:
        raise outside_values(name, f"{name} is longer than {_LONGEST} characters")
    return said


class MyChannelsView(PresenceView):
    def get(self, request: Request) -> Response:
        return Response({"statusCode": 0, "channels": self.channels(self.require_agent())})


class MyChannelView(PresenceView):
    def post(self, request: Request, channel: str) -> Response:
        name = bodies.text(self.body, "operationName")
        self.change_state(self.require_agent(), name, channel)
        return Response(self.shape.success())


class MyDevicesView(PresenceView):
    def get(self, request: Request) -> Response:
        return Response({"statusCode": 0, "devices": self.devices(self.agent) if self.agent else []})


class MyDeviceView(PresenceView):
    def get(self, request: Request, device: str) -> Response:
        return self.one("device", self.devices(self._of(device))[0])

    def post(self, request: Request, device: str) -> Response:
        """Do-not-disturb at the telephone: the voice channel's."""
        name = bodies.text(self.body, "operationName")
        agent = self._of(device)
        if name not in QUIET:
            raise outside_values("operationName", f"there is no operation {name!r}")
        self.change_state(agent, name, "voice")
        return Response(self.shape.success())

    def _of(self, device: str) -> Agent:
        agent = self.require_agent()
        if device != str(agent.uuid):
            raise NotFound("no such device")
        return agent


_SUBRESOURCES: Mapping[str, Callable[[PresenceView], Any]] = {
    "features": lambda view: directory.features(view.user),
    "devices": lambda view: view.devices(view.agent) if view.agent else [],
    "channels": lambda view: view.channels(view.agent) if view.agent else [],
    "settings": lambda view: {"interaction-workspace": workspace()},
}
