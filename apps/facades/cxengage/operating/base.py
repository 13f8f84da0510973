"""What the live calls share: whose client it is, which interaction, and what is answered."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.agents.models import Agent, AgentSession, agent_of
from apps.common import clock
from apps.common.errors import Forbidden, NotFound
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.facades.cxengage.errors import Gone
from apps.facades.cxengage.payloads.formats import moment, uuid_of
from apps.facades.cxengage.views import CxEngageView
from apps.queues.operations import note_activity, renew_lease


class LiveView(CxEngageView):
    """For members of the tenant; the operation itself asks for more.

    Every call shows that the agent's client is there (M-13), unless it was away for too long (X-69).
    """

    permission: ClassVar = None

    def handler(self, request: Request) -> Any:
        self.agent: Agent | None = agent_of(self.caller)
        if self.agent and AgentSession.objects.filter(agent=self.agent, ended_at=None, lease_until__gte=clock.now()):
            renew_lease(self.agent)
            if request.method != "GET":
                note_activity(self.agent)
        return super().handler(request)

    def interaction(self, interaction_id: str) -> EngagementInteraction:
        """Raises NotFound for what the caller may not see, too (X-06)."""
        named = uuid_of(interaction_id)
        visible = EngagementInteraction.objects.visible_to(self.caller)
        found = visible.filter(uuid=named).first() if named else None
        if found is None:
            raise NotFound("no such interaction")
        return found

    def live_interaction(self, interaction_id: str) -> EngagementInteraction:
        """Raises Gone for one that has ended (X-09)."""
        found = self.interaction(interaction_id)
        if found.stage == Stage.ENDED:
            raise Gone("The interaction has ended.")
        return found

    def require_self(self, named: UUID | None) -> None:
        """Raises Forbidden unless the caller is the agent concerned (X-38)."""
        if named is not None and named != self.caller.uuid:
            raise Forbidden("only the agent concerned may do this")


def done(status: int = 200, **told: Any) -> Response:
    """`result`, with our clock, by which clients set theirs (12.7)."""
    return Response({"result": {"timestamp": moment(clock.now()), **told}}, status=status)
