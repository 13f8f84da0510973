"""Which work goes to which agent: the most urgent and oldest work, the agent who has been idle longest.

The choice alone; `operations.matching` offers. It only ever takes rows that nobody else has locked, so it never waits.
"""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.agents.models import AgentChannel, Channel
from apps.queues import rulebook
from apps.queues.models import QueueEntry


def longest_idle(entry: QueueEntry) -> AgentChannel | None:
    """Lock the channel of the agent who has been idle longest of those that may be offered this stay's work."""
    channels = free_channels(entry).order_by("idle_since", "id")
    return channels.select_for_update(skip_locked=True, of=("self",)).first()


def next_for(channel: AgentChannel) -> QueueEntry | None:
    """Lock the next stay and its interaction in one statement, so that this order and the operations' cannot meet."""
    entry = (
        waiting_for(channel)
        .select_related("interaction", "queue")
        .select_for_update(skip_locked=True, of=("self", "interaction"))
        .first()
    )
    return entry if entry and free_channels(entry).filter(pk=channel.pk).exists() else None


def free_channels(entry: QueueEntry) -> QuerySet[AgentChannel]:
    """The agents' channels that may be offered this stay's work now: none while its queue is closed."""
    channels = AgentChannel.objects.select_related("agent__user").filter(
        channel=entry.channel, is_ready=True, load__lt=F("capacity"), session__ended_at=None
    )
    if entry.queue is None:
        channels = channels.filter(agent=entry.target_agent)
    elif rulebook.is_closed(entry.queue):
        return channels.none()
    else:
        channels = channels.filter(agent__memberships__queue=entry.queue)
        if entry.queue.voice_is_exclusive:
            channels = channels.filter(~Exists(_in_the_way(entry.channel)))
    return channels.filter(do_not_disturb=False).exclude(agent_id__in=entry.passed_over)


def _in_the_way(channel: str) -> QuerySet[AgentChannel]:
    """Other work that a call may not be offered beside, and calls that nothing else may be offered beside (M-13)."""
    others = AgentChannel.objects.filter(session_id=OuterRef("session_id"), load__gt=0).exclude(channel=channel)
    return others if channel == Channel.VOICE else others.filter(channel=Channel.VOICE)


def waiting_for(channel: AgentChannel) -> QuerySet[QueueEntry]:
    """What waits that this agent could be offered on this channel, most urgent and oldest first."""
    queues = channel.agent.memberships.exclude(queue_id__in=rulebook.closed_queues()).values("queue_id")
    return (
        QueueEntry.objects.filter(left_at=None, offered_to=None, is_routable=True, channel=channel.channel)
        .filter(Q(queue_id__in=queues) | Q(target_agent_id=channel.agent_id))
        .exclude(passed_over__contains=[channel.agent_id])
        .order_by(F("priority").desc(), "waits_since", "id")
    )
