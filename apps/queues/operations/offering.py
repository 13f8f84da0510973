"""Work is offered to one agent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.agents.models import AgentChannel
from apps.common.inserting import insert
from apps.common.updating import save
from apps.queues.models import OfferState, QueueEntry, WorkOffer
from apps.queues.models.setup import OFFER_TIMEOUT
from apps.queues.operations import capacity
from apps.queues.operations.live import Live, lock


@transaction.atomic
def offer(
    entry: QueueEntry, channel: AgentChannel, *, at: datetime | None = None, why: Mapping[str, Any] | None = None
) -> WorkOffer | None:
    """Offer a stay's work to an agent. Publishes `work.offered`; None if the channel has no place left."""
    return make(lock(entry.interaction, "offer", by=None, at=at), channel, why or {})


def make(live: Live, channel: AgentChannel, why: Mapping[str, Any]) -> WorkOffer | None:
    """As `offer`, of the open stay of what is locked already."""
    entry = live.entry
    if entry is None or entry.offered_to_id:
        return None
    take = capacity.take_apart if entry.queue and entry.queue.voice_is_exclusive else capacity.take
    if not take(channel):
        return None
    live.not_before(channel.since, channel.idle_since, _refused_at(entry))
    seconds = entry.queue.offer_timeout(entry.channel) if entry.queue else OFFER_TIMEOUT
    made = WorkOffer(
        interaction=live.interaction,
        segment=entry.segment,
        queue_entry=entry,
        agent=channel.agent,
        session_id=channel.session_id,
        state=OfferState.OFFERED,
        offered_at=live.at,
        deadline_at=capacity.deadline(live.at, seconds),
        why=dict(why),
    )
    insert([made])
    entry.offered_to = channel.agent
    save(entry, "offered_to_id")
    live.offers.append(made)
    live.changes["why"] = made.why
    live.finish("work.offered", concerning=channel.agent)
    return made


def _refused_at(entry: QueueEntry) -> datetime | None:
    """When the last of those who refused or missed it did so."""
    last: datetime | None = entry.offers.aggregate(at=Max("ended_at"))["at"] if entry.passed_over else None
    return last
