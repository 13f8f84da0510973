"""Work is laid aside in a workbin, and taken from there or out of a queue by whoever wants it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.agents.models import Agent, Channel
from apps.common.errors import NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.queues.models import ExitType, SegmentCause, Workbin, WorkOffer
from apps.queues.operations import answering, capacity, endings, matching, stays
from apps.queues.operations.live import Actor, Live, lock


@transaction.atomic
def park(
    interaction: EngagementInteraction,
    workbin: Workbin,
    *,
    by: Agent,
    at: datetime | None = None,
    remember: bool | None = None,
) -> EngagementInteraction:
    """Lay the work aside, without wrap-up; no clock runs against it there. Publishes `work.parked`.

    `remember` as in `accept`; unsaid, as it was said there. Whose workbin it is owns it from then on (genesys 10).
    Raises NotAllowed for a call, and while somebody else works on it.
    """
    live = lock(interaction, "park", by=by, at=at)
    mine = live.own_work()
    if live.interaction.channel == Channel.VOICE:
        raise NotAllowed(gettext("a call cannot be laid aside"))
    if live.entry or len(live.working) > 1:
        raise NotAllowed(gettext("somebody else takes part"))
    if remember is not None:
        mine.is_remembered = remember
    endings.leave(live, mine, wrap_up=False)
    _put(live, workbin)
    endings.settle(live)
    live.finish("work.parked", concerning=by)
    matching.refill(mine, live.at)
    return live.interaction


@transaction.atomic
def shelve(
    interaction: EngagementInteraction, workbin: Workbin, *, by: Actor, at: datetime | None = None
) -> EngagementInteraction:
    """Move what lies in one workbin to another. Publishes `work.parked`; NotAllowed for what lies in none."""
    live = lock(interaction, "shelve", by=by, at=at)
    _put(live, workbin)
    return live.finish("work.parked")


def _put(live: Live, workbin: Workbin) -> None:
    live.interaction.workbin = workbin
    if workbin.agent:
        live.interaction.owner = workbin.agent.user


@transaction.atomic
def pull(interaction: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> WorkOffer:
    """Take work out of its workbin, or out of turn out of a queue. Publishes `work.pulled`.

    An agent need not be ready to fetch work. Raises NotAllowed without room for it.
    """
    live = lock(interaction, "pull", by=by, at=at)
    session = capacity.claim(by, live.interaction.channel, takes_place=not live.interaction.is_draft)
    if live.entry:
        endings.withdraw_offer(live)
        stays.end(live, ExitType.SUCCESS)
        segment = live.entry.segment
        segment.to_agent = by
        segment.save(update_fields=["to_agent"])
    else:
        parked_by = Agent.objects.filter(user=live.interaction.owner_id).first()
        segment = stays.new_segment(live, SegmentCause.PULL, by_agent=parked_by, to_agent=by)
    mine = answering.begin_work(live, segment, by, session, entry=live.entry, talks=not answering.dials(live))
    live.changes["workbin"] = live.interaction.workbin.name if live.interaction.workbin else None
    live.interaction.workbin = None
    answering.take_over(live, by)
    live.finish("work.pulled", concerning=by)
    matching.refill_withdrawn(live)
    return mine
