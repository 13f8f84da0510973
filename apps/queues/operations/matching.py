"""Work and agents are brought together, inside the transaction that made it possible.

What two transactions hid from each other, and what only the passing of time made possible, the worker's next round
finds (`sweeps.route`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.agents.models import AgentChannel, AgentSkill
from apps.common.updating import save
from apps.queues import demands, routing, waiting
from apps.queues.models import Outcome, QueueEntry, Rule, WorkOffer
from apps.queues.operations.live import Live, take_up
from apps.queues.operations.offering import make, offer
from apps.tenants.selecting import Select

_READY = Select(
    lambda session: AgentChannel.objects.filter(session_id=session, is_ready=True).select_for_update(
        skip_locked=True, of=("self",), no_key=True
    ),
    numbers=["session"],
)


def place(entry: QueueEntry, *, at: datetime) -> bool:
    """Offer this stay's work to the agent who has been idle longest. The caller holds the interaction and the stay."""
    channel = routing.longest_idle(entry, at)
    if channel is None and entry.reserved_until and entry.reserved_until <= at:
        free(entry)
        channel = routing.longest_idle(entry, at)
    if channel is None:
        return False
    why = _why(entry, channel, Rule.LONGEST_IDLE, at, others=getattr(channel, "others", ()))
    return offer(entry, channel, at=at, why=why) is not None


def free(entry: QueueEntry) -> None:
    """The stay waits for the customer's last agent no more."""
    entry.reserved_for = entry.reserved_until = None
    save(entry, "reserved_for_id", "reserved_until")


def fill(channel: AgentChannel, *, at: datetime) -> int:
    """Offer waiting work to this agent until the channel is full. Returns how many offers were made.

    The caller holds the channel, so that its load is what it says.
    """
    offered = 0
    while channel.load < channel.capacity and (entry := waiting.next_for(channel, at)):
        why = _why(entry, channel, Rule.LONGEST_WAITING, at)
        if make(take_up(entry, "offer", at=at), channel, why) is None:
            break
        offered += 1
    return offered


def _why(
    entry: QueueEntry, channel: AgentChannel, rule: Rule, at: datetime, *, others: Iterable[int] = ()
) -> dict[str, Any]:
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
        "others": list(others),
    }


def refill_withdrawn(live: Live) -> None:
    """Whoever was being offered what was taken back is free for other work."""
    for part in live.offers:
        if part.outcome == Outcome.CANCELLED:
            refill(part, live.at)


def refill(part: WorkOffer, at: datetime) -> None:
    """An agent has been freed: more work may go there at once, if nobody else is just doing that."""
    for channel in _READY(session=part.session_id):
        channel.agent = part.agent
        fill(channel, at=at)
