"""Which waiting work an agent may be offered next, for the same price whether ten wait or a hundred thousand.

What waits in a queue is of few kinds: one demand and one turn (priority) each. The statement jumps along the index
`queue_entry_next` from kind to kind, asks of each once whether and after what wait the agent can do it, and looks at
the oldest of those kinds only. Work that the agent cannot do is never walked through.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from apps.agents.models import AgentChannel
from apps.queues import rulebook
from apps.queues.models import QueueEntry
from apps.tenants import scope
from apps.tenants.selecting import Select

# So many of each kind are looked at, because others may be taking the first ones at this moment. With more takers at
# once than that, the rest is left to the worker's next round.
_HEADS = 16

_FREE = "c.is_ready and not c.do_not_disturb and c.load < c.capacity"  # as `routing.free_channels` has it
_IS_NEXT = f"""queues_queueentry.id = any(array(
    select queues_next_waiting(c.id, %s, %s, {_HEADS}) from agents_agentchannel c where c.id = %s and {_FREE}
))"""
_NEXT = Select(
    lambda channel, at, closed: (
        QueueEntry.objects.filter(
            RawSQL(_IS_NEXT, [at, closed, channel], BooleanField()),
            left_at=None,
            offered_to=None,
            is_routable=True,
            ready_at=None,
        )
        .select_for_update(skip_locked=True, of=("self", "interaction"), no_key=True)
        .select_related("interaction", "queue", "segment")
        .order_by("turn", "waits_since", "id")[:1]
    ),
    numbers=["channel"],
    texts=["closed"],
    times=["at"],
)
_OPEN = """e.tenant_id = c.tenant_id and e.channel = c.channel
    and e.left_at is null and e.offered_to_id is null and e.is_routable and e.ready_at is null"""
# A look at the index says of most agents that nothing waits in their queues; only of the others more is asked.
_CHANNELS = f"""
select c.id from agents_agentchannel c
where c.tenant_id = %(tenant)s and {_FREE}
and case when exists (
    select from queues_queuemember m cross join lateral (
        select from queues_queueentry e where {_OPEN} and e.reserved_for_id is null and e.queue_id = m.queue_id limit 1
    ) head where m.tenant_id = c.tenant_id and m.agent_id = c.agent_id
) or exists (select from queues_queueentry e where {_OPEN} and e.target_agent_id = c.agent_id)
or exists (select from queues_queueentry e where {_OPEN} and e.reserved_for_id = c.agent_id)
then exists (select from queues_next_waiting(c.id, %(at)s, %(closed)s, 1)) else false end
order by c.idle_since, c.id"""


def next_for(channel: AgentChannel, at: datetime) -> QueueEntry | None:
    """Lock the stay whose turn it is and its interaction in one statement, so that no other order of locks can meet it.

    None if nothing waits that the agent may be offered on this channel now, or others are just taking it.
    """
    return _NEXT.first(channel=channel.pk, **_facts(at))


def channels_with_work(at: datetime) -> list[int]:
    """The agents' channels, longest idle first, that may be offered something that waits."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANNELS, _facts(at) | {"tenant": scope.tenant_id()})
        return [key for (key,) in cursor.fetchall()]


def _facts(at: datetime) -> dict[str, Any]:
    return {"at": at, "closed": list(rulebook.closed_queues())}
