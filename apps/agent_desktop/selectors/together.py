"""Who else is in a contact: colleagues who work on it too, and whoever is being asked to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from apps.agents.models import Channel
from apps.queues.models import OfferState, QueueEntry, Segment, SegmentCause, WorkOffer
from apps.queues.operations.consulting import asked_outside

_ASKED = (SegmentCause.TRANSFER, SegmentCause.ADD)


@dataclass(frozen=True)
class Asked:
    """A queue or colleague that has not answered yet."""

    name: str
    since: datetime


@dataclass(frozen=True)
class Together:
    """How this agent (`mine`) stands to the others of the contact."""

    mine: WorkOffer
    others: Sequence[WorkOffer]  # who work on it now, in the order they came
    asked: Asked | None
    outside: Segment | None = None  # the leg to somebody outside, whom the telephone system alone knows

    @property
    def names(self) -> str:
        return ", ".join(part.agent.user.name for part in self.others)

    @property
    def answered(self) -> WorkOffer | None:
        """The colleague who came because this agent asked."""
        came = [part for part in self.others if _came_for(part, self.mine, *_ASKED)]
        return came[-1] if came else None

    @property
    def may_take_over(self) -> bool:
        """Whether the colleague was asked to take the contact over, not just to take part."""
        return bool(self.answered and _came_for(self.answered, self.mine, SegmentCause.TRANSFER))


def together(mine: WorkOffer, entries: Sequence[QueueEntry], parts: Sequence[WorkOffer]) -> Together:
    """`entries` and `parts` are all of the contact, with queue, agent and segment."""
    others = [part for part in parts if part.state == OfferState.WORKING and part.agent_id != mine.agent_id]
    waiting = next((entry for entry in entries if entry.left_at is None), None)
    asked = Asked(_name(waiting), waiting.entered_at) if waiting and mine.state == OfferState.WORKING else None
    calls = mine.interaction.channel == Channel.VOICE and mine.state == OfferState.WORKING
    outside = asked_outside(mine.interaction, mine.agent).first() if calls else None
    return Together(mine, others, asked, outside)


def _came_for(part: WorkOffer, mine: WorkOffer, *causes: SegmentCause) -> bool:
    segment = part.segment
    return bool(segment and segment.by_agent_id == mine.agent_id and segment.cause in causes)


def _name(entry: QueueEntry) -> str:
    if entry.queue:
        return entry.queue.name
    return entry.target_agent.user.name if entry.target_agent else gettext("Somebody")
