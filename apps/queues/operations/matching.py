"""Work and agents are brought together, inside the transaction that made it possible.

What two transactions hid from each other, the worker's next round finds (`sweeps.route`).
"""

from datetime import datetime

from apps.agents.models import AgentChannel
from apps.queues import routing
from apps.queues.models import QueueEntry, WorkOffer
from apps.queues.operations.offering import offer


def place(entry: QueueEntry, *, at: datetime) -> bool:
    """Offer this stay's work to the agent who has been idle longest. The caller holds the interaction and the stay."""
    channel = routing.longest_idle(entry)
    return channel is not None and _offer(entry, channel, at)


def fill(channel: AgentChannel, *, at: datetime) -> int:
    """Offer waiting work to this agent until the channel is full. Returns how many offers were made."""
    offered = 0
    while (entry := routing.next_for(channel)) and _offer(entry, channel, at):
        offered += 1
    return offered


def _offer(entry: QueueEntry, channel: AgentChannel, at: datetime) -> bool:
    why = {"rule": "longest idle", "idle_since": channel.idle_since.isoformat()}
    return offer(entry, channel, at=at, why=why) is not None


def refill(part: WorkOffer, at: datetime) -> None:
    """An agent has been freed: more work may go there at once, if nobody else is just doing that."""
    channels = AgentChannel.objects.select_related("agent").filter(session_id=part.session_id, is_ready=True)
    for channel in channels.select_for_update(skip_locked=True, of=("self",)):
        fill(channel, at=at)
