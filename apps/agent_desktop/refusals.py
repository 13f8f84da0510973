"""What an agent reads when something could not be done: what happened, and that nothing was changed."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from apps.agent_desktop.selectors.offers import gone_offers
from apps.agents.models import Agent, AgentChannel
from apps.common.display import time_of_day
from apps.common.errors import SwitchroomError
from apps.engagements.models import EngagementInteraction
from apps.queues.models import OfferState, WorkOffer


def refusal(
    request: HttpRequest, act: str, agent: Agent, interaction: EngagementInteraction | None, error: SwitchroomError
) -> None:
    """Leave the sentence for the page that comes next."""
    parts = WorkOffer.objects.filter(interaction=interaction, agent=agent).order_by("-offered_at")
    mine = parts.first() if interaction else None
    if mine is None:
        messages.warning(request, gettext("This contact is not yours, or it is gone. Nothing was changed."))
    elif act in ("accept", "reject"):
        _offer_refused(request, agent, mine)
    elif mine.state == OfferState.ENDED:
        messages.warning(
            request,
            gettext("This work was finished at {time_of_day}. Nothing was changed.").format(
                time_of_day=time_of_day(mine.ended_at)
            ),
        )
    else:
        messages.warning(
            request, gettext("That is not possible now: {error}. Nothing was changed.").format(error=error)
        )


def _offer_refused(request: HttpRequest, agent: Agent, mine: WorkOffer) -> None:
    channels = AgentChannel.objects.filter(agent=agent, session__ended_at=None)
    gone = gone_offers(agent, [str(mine.uuid)], channels)
    if gone and str(mine.uuid) not in request.headers.get("X-Desk-Offers", ""):  # else the offers' own place says it
        messages.info(request, f"{gone[0].title} {gone[0].says}")
    elif not gone:
        messages.info(request, gettext("You have answered this offer already."))
