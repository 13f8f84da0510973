"""Work and agents are brought together, inside the transaction that made it possible.

What two transactions hid from each other, and what only the passing of time made possible, the worker's next round
finds (`sweeps.route`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.agents.models import AgentChannel, AgentSkill
from apps.queues import demands, routing, waiting
from apps.queues.models import QueueEntry, Rule, WorkOffer
from apps.queues.operations.offering import offer


def place(entry: QueueEntry, *, at: datetime) -> bool:
    """Offer this stay's work to the agent who has been idle longest. The caller holds the interaction and the stay."""
    channel = routing.longest_idle(entry, at)
    if channel is None and entry.reserved_until and entry.reserved_until <= at:
        free(entry)
        channel = routing.longest_idle(entry, at)
    return channel is not None and _offer(entry, channel, Rule.LONGEST_IDLE, at, others=getattr(channel, "others", ()))


def free(entry: QueueEntry) -> None:
    """The stay waits for the customer's last agent no more."""
    entry.reserved_for = entry.reserved_until = None
    entry.save(update_fields=["reserved_for", "reserved_until"])


def fill(channel: AgentChannel, *, at: datetime) -> int:
    """Offer waiting work to this agent until the channel is full. Returns how many offers were made."""
    offered = 0
    while (entry := waiting.next_for(channel, at)) and _offer(entry, channel, Rule.LONGEST_WAITING, at):
        offered += 1
    return offered


def _offer(entry: QueueEntry, channel: AgentChannel, rule: Rule, at: datetime, *, others: Iterable[int] = ()) -> bool:
    return offer(entry, channel, at=at, why=_why(entry, channel, rule, at) | {"others": list(others)}) is not None


def _why(entry: QueueEntry, channel: AgentChannel, rule: Rule, at: datetime) -> dict[str, Any]:
    """Why this agent, and why this work: by which rule, idle since when, able to do what, before whom (`others`)."""
    if entry.target_agent_id:
        rule = Rule.ASKED_FOR
    elif entry.reserved_for_id:
        rule = Rule.LAST_AGENT
    asked = demands.levels(entry.skills, at - entry.waits_since)
    has: dict[int, int] = {}
    if asked:
        skills = AgentSkill.objects.filter(agent=channel.agent_id, skill__in=asked)
        has = dict(skills.values_list("skill_id", "level"))
    return {
        "rule": rule,
        "idle_since": channel.idle_since.isoformat(),
        "waits_since": entry.waits_since.isoformat(),
        "priority": entry.priority,
        "skills": [{"skill": key, "asked": level, "has": has.get(key, 0)} for key, level in asked.items()],
    }


def refill(part: WorkOffer, at: datetime) -> None:
    """An agent has been freed: more work may go there at once, if nobody else is just doing that."""
    channels = AgentChannel.objects.select_related("agent").filter(session_id=part.session_id, is_ready=True)
    for channel in channels.select_for_update(skip_locked=True, of=("self",)):
        fill(channel, at=at)
