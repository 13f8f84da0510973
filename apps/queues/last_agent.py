"""Who handled this customer last, as the journal tells."""

from collections.abc import Collection

from apps.agents.models import Agent, AgentChannel
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Outcome, Queue, WorkOffer

_LOOKED_AT = 20  # the customer's newest contacts; a number may be a whole company's


def last_agent(interaction: EngagementInteraction, queue: Queue, *, without: Collection[int] = ()) -> Agent | None:
    """The agent who handled the customer last, if ready for this channel and a member of the queue.

    Customers are told apart by number, or by address. An agent who asked not to be remembered counts as nobody.
    """
    contacts = EngagementInteraction.objects.order_by("-start_date_time")
    if interaction.phone_key:
        contacts = contacts.filter(phone_key=interaction.phone_key)
    elif interaction.customer:
        contacts = contacts.filter(phone_key=None, customer=interaction.customer)
    else:
        return None
    keys = list(contacts.values_list("pk", flat=True)[:_LOOKED_AT])
    parts = WorkOffer.objects.filter(interaction__in=keys, outcome=Outcome.ACCEPTED).exclude(agent__in=without)
    last = parts.order_by("-answered_at").first()
    if last is None or not last.is_remembered:
        return None
    present = AgentChannel.objects.select_related("agent__user").filter(
        agent=last.agent_id, channel=interaction.channel, is_ready=True, do_not_disturb=False, session__ended_at=None
    )
    found = present.filter(agent__memberships__queue=queue).first()
    return found.agent if found else None
