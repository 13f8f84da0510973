"""That the agent is writing, told to whoever else is in the chat."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from apps.agent_desktop.access import agents_only
from apps.agents.models import Agent
from apps.common.errors import NotAllowed, NotFound
from apps.engagements.models import EngagementInteraction
from apps.messaging.operations import type_on


@require_POST
@agents_only
def typing(request: HttpRequest, agent: Agent, work: UUID) -> HttpResponse:
    """Begins, or with `stopped` ends. Of work that has gone nobody is told, which is no mistake of the agent's."""
    interaction = EngagementInteraction.objects.filter(uuid=work).first()
    try:
        if interaction:
            type_on(interaction, by=agent, started="stopped" not in request.POST)
    except (NotAllowed, NotFound):
        pass
    return HttpResponse(status=204)
