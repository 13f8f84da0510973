"""A supervisor sees and sets where an agent stands (genesys 13.2, 16; feature api-supervisor-agent-control)."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent
from apps.agents.reach import agents_within
from apps.common.errors import Forbidden, NotFound
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.views.directory import UserView
from apps.facades.genesys.views.presence import PresenceView
from apps.queues import operations


class SupervisedView(PresenceView):
    def supervised(self, uuid: str) -> Agent:
        """Raises Forbidden unless a supervisor asks, NotFound if the user is no agent within the supervisor's reach."""
        if not permits(self.user, Permission.MANAGE_ALL_USER_STATE):
            raise Forbidden("only a supervisor may do this")
        found = agents_within(self.user).select_related("user").filter(user__uuid=uuid).first()
        if found is None:
            raise NotFound("no such agent")
        return found


class AgentView(UserView, SupervisedView):
    def post(self, request: Request, uuid: str) -> Response:
        """A state on all channels, or the end of the session: work goes back to its queue then."""
        name = bodies.text(self.body, "operationName")
        agent = self.supervised(uuid)
        if name == "EndContactCenterSession":
            operations.log_off(agent, by=self.user)
        else:
            self.change_state(agent, name, None)
        return Response(self.shape.success())


class AgentChannelsView(SupervisedView):
    def get(self, request: Request, uuid: str) -> Response:
        return Response({"statusCode": 0, "channels": self.channels(self.supervised(uuid))})


class AgentChannelView(SupervisedView):
    def post(self, request: Request, uuid: str, channel: str) -> Response:
        name = bodies.text(self.body, "operationName")
        self.change_state(self.supervised(uuid), name, channel)
        return Response(self.shape.success())
