"""The agent's own part in an interaction, as an interrupt finds it (X-66)."""

from dataclasses import dataclass

from apps.agents.models import Agent
from apps.common.errors import Forbidden, NotFound
from apps.engagements.models import EngagementInteraction
from apps.facades.cxengage.operating import bodies
from apps.facades.cxengage.operating.bodies import Body
from apps.queues.models import WorkOffer


@dataclass(frozen=True)
class Call:
    """An interrupt of somebody who has, or once had, a part."""

    interaction: EngagementInteraction
    agent: Agent
    part: WorkOffer  # the newest
    told: Body

    def target(self) -> Agent | None:
        """`targetResource`, where it is somebody else. Raises NotFound for nobody."""
        named = bodies.optional_id(self.told, "targetResource")
        if named is None or named == self.agent.user.uuid:
            return None
        found = Agent.objects.select_related("user").filter(user__uuid=named).first()
        if found is None:
            raise NotFound("no such resource")
        return found


def call_of(interaction: EngagementInteraction, agent: Agent | None, told: Body) -> Call:
    """Raises Forbidden for those who never had a part in it."""
    newest = WorkOffer.objects.filter(interaction=interaction, agent=agent).order_by("-offered_at", "-id")
    part = newest.first() if agent else None
    if agent is None or part is None:
        raise Forbidden("you are not part of this interaction")
    return Call(interaction, agent, part, told)
