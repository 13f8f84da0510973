"""Which agent gets work: the one who has been idle longest of those who may be asked. Which work: `waiting`.

The choice alone; `operations.matching` offers. It only ever takes rows that nobody else has locked, so it never waits.
"""

from datetime import datetime
from functools import cache

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet

from apps.agents.models import AgentChannel, AgentSkill, Channel
from apps.queues import demands, rulebook
from apps.queues.models import Queue, QueueEntry
from apps.tenants.selecting import Select

_OTHERS = 4  # of those who were free as well, so many are told


def longest_idle(entry: QueueEntry, at: datetime) -> AgentChannel | None:
    """Lock the channel of the agent who has been idle longest of those that may be offered this stay's work.

    Its `others` are the agents who would have been next. Of two equally idle, who signed in first is asked.
    """
    if entry.queue and _takes_anybody(entry, entry.queue):
        return _any_member(entry.channel, entry.queue.voice_is_exclusive).first(queue=entry.queue.pk)
    return _locked(free_channels(entry, at)).first()


def _locked(channels: QuerySet[AgentChannel]) -> QuerySet[AgentChannel]:
    channels = channels.order_by("idle_since", "id")
    others = channels.exclude(pk=OuterRef("pk")).values("agent_id")[:_OTHERS]
    locked = channels.select_related("agent__user").select_for_update(skip_locked=True, of=("self",), no_key=True)
    return locked.annotate(others=ArraySubquery(others))[:1]


def _takes_anybody(entry: QueueEntry, queue: Queue) -> bool:
    """Whether any member of the queue will do, as is usual."""
    return not (entry.skills or entry.reserved_for_id or entry.passed_over or rulebook.is_closed(queue))


@cache
def _any_member(channel: str, exclusive: bool) -> Select[AgentChannel]:
    return Select(lambda queue: _locked(_members(queue, channel, exclusive=exclusive)), numbers=["queue"])


def free_channels(entry: QueueEntry, at: datetime) -> QuerySet[AgentChannel]:
    """The agents' channels that may be offered this stay's work now: none while its queue is closed.

    A customer's last agent is asked whatever the skills: they got on before.
    """
    channels = _free(entry.channel)
    if entry.queue is None:
        channels = channels.filter(agent=entry.target_agent)
    elif rulebook.is_closed(entry.queue):
        return channels.none()
    else:
        channels = _members(entry.queue.pk, entry.channel, exclusive=entry.queue.voice_is_exclusive)
        if entry.reserved_for_id:
            channels = channels.filter(agent=entry.reserved_for_id)
        else:
            channels = able(channels, demands.levels(entry.skills, at - entry.waits_since))
    return channels.exclude(agent_id__in=entry.passed_over)


def _free(channel: str) -> QuerySet[AgentChannel]:
    return AgentChannel.objects.filter(
        channel=channel, is_ready=True, do_not_disturb=False, load__lt=F("capacity"), session__ended_at=None
    )


def _members(queue: int, channel: str, *, exclusive: bool) -> QuerySet[AgentChannel]:
    channels = _free(channel).filter(agent__memberships__queue_id=queue)
    return channels.filter(~Exists(in_the_way(channel))) if exclusive else channels


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
