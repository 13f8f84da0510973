"""Which agent gets work: the one who has been idle longest of those who may be asked. Which work: `waiting`.

The choice alone; `operations.matching` offers. It only ever takes rows that nobody else has locked, so it never waits.
"""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet

from apps.agents.models import AgentChannel, AgentSkill, Channel
from apps.queues import demands, rulebook
from apps.queues.models import QueueEntry

_OTHERS = 4  # of those who were free as well, so many are told


def longest_idle(entry: QueueEntry, at: datetime) -> AgentChannel | None:
    """Lock the channel of the agent who has been idle longest of those that may be offered this stay's work.

    Its `others` are the agents who would have been next. Of two equally idle, who signed in first is asked.
    """
    channels = free_channels(entry, at).order_by("idle_since", "id")
    others = channels.exclude(pk=OuterRef("pk")).values("agent_id")[:_OTHERS]
    locked = channels.select_related("agent__user").select_for_update(skip_locked=True, of=("self",), no_key=True)
    return locked.annotate(others=ArraySubquery(others)).first()


def free_channels(entry: QueueEntry, at: datetime) -> QuerySet[AgentChannel]:
    """The agents' channels that may be offered this stay's work now: none while its queue is closed.

    A customer's last agent is asked whatever the skills: they got on before.
    """
    channels = AgentChannel.objects.filter(
        channel=entry.channel, is_ready=True, do_not_disturb=False, load__lt=F("capacity"), session__ended_at=None
    )
    if entry.queue is None:
        channels = channels.filter(agent=entry.target_agent)
    elif rulebook.is_closed(entry.queue):
        return channels.none()
    else:
        channels = channels.filter(agent__memberships__queue=entry.queue)
        if entry.queue.voice_is_exclusive:
            channels = channels.filter(~Exists(in_the_way(entry.channel)))
        if entry.reserved_for_id:
            channels = channels.filter(agent=entry.reserved_for_id)
        else:
            channels = able(channels, demands.levels(entry.skills, at - entry.waits_since))
    return channels.exclude(agent_id__in=entry.passed_over)


def able(channels: QuerySet[AgentChannel], levels: demands.Levels) -> QuerySet[AgentChannel]:
    """Those of agents who are up to these levels."""
    for skill, level in levels.items():
        channels = channels.filter(
            Exists(AgentSkill.objects.filter(agent=OuterRef("agent"), skill=skill, level__gte=level))
        )
    return channels


def in_the_way(channel: str) -> QuerySet[AgentChannel]:
    """Other work that a call may not be offered beside, and calls that nothing else may be offered beside (M-13)."""
    others = AgentChannel.objects.filter(session_id=OuterRef("session_id"), load__gt=0).exclude(channel=channel)
    return others if channel == Channel.VOICE else others.filter(channel=Channel.VOICE)
