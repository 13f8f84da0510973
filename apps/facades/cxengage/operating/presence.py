"""Sessions, heartbeats, states and directions of agents (cxengage 12.5)."""

from uuid import UUID, uuid5

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.accounts.roles import Reach
from apps.agents.models import Agent, AgentSession, NotReadyReason, agent_of
from apps.agents.operations import is_lost
from apps.agents.reach import agents_within
from apps.common import clock
from apps.common.errors import AlreadyDone, Forbidden, NotFound, Problem
from apps.events import reader
from apps.facades.cxengage.errors import Gone
from apps.facades.cxengage.operating import bodies, standing
from apps.facades.cxengage.operating.base import LiveView, done
from apps.facades.cxengage.operating.bodies import Body
from apps.facades.cxengage.payloads.formats import Row, uuid_of
from apps.queues import operations

HEARTBEAT_S = 15  # four in the life of a session
_STATES = ("ready", "notready", "not-ready", "offline")
_DIRECTIONS = (standing.INBOUND, standing.OUTBOUND, "agent-initiated")


class _Presence(LiveView):
    def person(self, user_id: str, permission: Permission | None = None) -> User:
        """Oneself; with the permission, anybody within reach. Raises NotFound for nobody of this tenant."""
        named = uuid_of(user_id)
        people = User.objects.filter(tenant=self.caller.tenant, is_active=True)
        found = people.filter(uuid=named).first() if named else None
        if found is None:
            raise NotFound("no such user")
        if found.pk != self.caller.pk:
            if permission is None:
                raise Forbidden("only the agent concerned may do this")
            self.require(permission)
            if self.caller.reach != Reach.ALL and not agents_within(self.caller).filter(user=found).exists():
                raise NotFound("no such user")
        return found

    def worker(self, user: User) -> Agent:
        found = agent_of(user)
        if found is None:
            raise NotFound("this user takes no work")
        return found

    def told(self, request: Request) -> Body:
        return bodies.json_object(request.data)

    def row(self, request: Request, agent: Agent) -> Row:
        session = AgentSession.objects.filter(agent=agent, ended_at=None).first()
        host = settings.PUBLIC_BASE_URL or request.build_absolute_uri("/")
        where = f"{host.rstrip('/')}/v1/notifications/tenants/{self.caller.tenant.uuid}/presence/{agent.user.uuid}"
        return {**standing.session_row(agent, session), "notificationsUrl": where}


def current(agent: Agent, named: UUID | None) -> AgentSession:
    """The agent's open session. Raises NotFound for one that never was, Gone for one that is over (X-69)."""
    sessions = AgentSession.objects.filter(agent=agent)
    found = sessions.filter(uuid=named).first() if named else sessions.filter(ended_at=None).first()
    if found is None:
        raise NotFound("no such session")
    if found.ended_at or is_lost(found, clock.now()):
        raise Gone("The session is over: start another.")
    return found


def listeners_session(user: User) -> UUID:
    """Of a supervisor who takes no work and only listens: there is nothing to keep."""
    return uuid5(user.uuid, "silent-monitoring")


class Session(_Presence):
    def post(self, request: Request, tenant_id: str, user_id: str) -> Response:
        """Starts one, not ready; the present one stays if its client is there. Who only listens in needs no work."""
        user = self.person(user_id)
        told = self.told(request)
        listens = bodies.flag(told, "silentMonitoring")
        agent = agent_of(user)
        if agent is None and listens and permits(user, Permission.MONITOR_ALL_CALLS):
            return done(sessionId=str(listeners_session(user)), resourceId=str(user.uuid), state="offline")
        agent = self.worker(user)
        position = reader.now()
        try:
            operations.start_session(agent, by=self.caller)
        except AlreadyDone:
            operations.renew_lease(agent)
        return done(**self.row(request, agent), heartbeatDelay=HEARTBEAT_S, position=str(position))


class Heartbeat(_Presence):
    def post(self, request: Request, tenant_id: str, user_id: str) -> Response:
        user = self.person(user_id)
        named = bodies.required_id(self.told(request), "sessionId")
        if agent := agent_of(user):
            current(agent, named)
        elif named != listeners_session(user):
            raise NotFound("no such session")
        return done(sessionId=str(named), heartbeatDelay=HEARTBEAT_S)


class Presence(_Presence):
    def get(self, request: Request, tenant_id: str, user_id: str) -> Response:
        user = self.person(user_id, Permission.MANAGE_ALL_USER_STATE)
        return done(**self.row(request, self.worker(user)))

    def post(self, request: Request, tenant_id: str, user_id: str) -> Response:
        """Sets all channels at once. Offline is refused while work is active; forced, the work goes back."""
        user = self.person(user_id, Permission.MANAGE_ALL_USER_STATE)
        told = self.told(request)
        state = bodies.word(told, "state", _STATES)
        named = bodies.optional_id(told, "sessionId")
        forced = bodies.flag(told, "forceLogout")
        reason = _reason(told)
        if named is None and user.pk == self.caller.pk:
            raise bodies.refused("sessionId", "is required", Problem.REQUIRED)
        agent = self.worker(user)
        current(agent, named)
        if state == "ready":
            operations.make_ready(agent, by=self.caller)
        elif state != "offline":
            operations.make_not_ready(agent, reason=reason, by=self.caller)
        elif forced:
            operations.log_off(agent, by=self.caller)
        else:
            operations.end_session(agent, by=self.caller)
        return done(**self.row(request, agent))


class Direction(_Presence):
    def post(self, request: Request, tenant_id: str, user_id: str) -> Response:
        """Outwards, nothing is offered; what waits is, once it is inwards again."""
        user = self.person(user_id, Permission.MANAGE_ALL_USERS_DIRECTION)
        told = self.told(request)
        direction = bodies.word(told, "direction", _DIRECTIONS)
        self.require_self(bodies.optional_id(told, "initiatorId"))
        agent = self.worker(user)
        current(agent, bodies.optional_id(told, "sessionId"))
        operations.set_do_not_disturb(agent, on=direction != standing.INBOUND, by=self.caller)
        return done(**self.row(request, agent))


def _reason(told: Body) -> NotReadyReason | None:
    """By its id, else by its name. A name that is none of ours says nothing more than not ready."""
    key, name = bodies.optional_id(told, "reasonId"), bodies.optional(told, "reason", 80)
    bodies.optional_id(told, "reasonListId")
    listed = list(NotReadyReason.objects.filter(is_active=True))
    if key:
        found = next((each for each in listed if standing.reason_id(each) == key), None)
        if found is None:
            raise bodies.refused("reasonId", "there is no such reason", Problem.NO_SUCH_RECORD)
        return found
    wanted = (name or "").lower()
    return next((each for each in listed if wanted in (each.name.lower(), each.operation_name.lower())), None)
