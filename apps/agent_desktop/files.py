"""Files of messages, given out to whoever may see their contact."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from apps.agent_desktop.access import agents_only
from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction, MailAttachment
from apps.messaging.downloads import download
from apps.queues.models import WorkOffer


@require_GET
@agents_only
def attachment(request: HttpRequest, agent: Agent, attachment: UUID) -> HttpResponse:
    """404 unless the agent may see the contact, or has worked on it."""
    found = MailAttachment.objects.select_related("message").filter(uuid=attachment).first()
    if found is None or not _may_see(agent, found.message.interaction_id):
        raise Http404
    return download(found)


def _may_see(agent: Agent, interaction_id: int) -> bool:
    worked = WorkOffer.objects.filter(agent=agent, interaction=interaction_id, outcome="accepted")
    if worked.exclude(interaction__deleted_at__isnull=False).exists():
        return True
    return EngagementInteraction.objects.visible_to(agent.user).filter(pk=interaction_id).exists()
