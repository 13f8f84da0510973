"""One piece of work, as a line of the list."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from apps.agent_desktop import words
from apps.agent_desktop.selectors.people import Customer
from apps.engagements.models import EngagementInteraction
from apps.queues.models import OfferState, WorkOffer


@dataclass(frozen=True)
class Work:
    """The agent's part in one contact, and whom it is with."""

    part: WorkOffer
    customer: Customer

    @property
    def interaction(self) -> EngagementInteraction:
        return self.part.interaction

    @property
    def words(self) -> words.ChannelWords:
        return words.of(self.interaction.channel)

    @property
    def queue(self) -> str:
        entry = self.part.queue_entry
        return entry.queue.name if entry and entry.queue else ""

    @property
    def is_wrap_up(self) -> bool:
        return self.part.state == OfferState.WRAP_UP

    @property
    def is_over(self) -> bool:
        """Nothing is left to do here for this agent."""
        return self.part.state == OfferState.ENDED

    @property
    def says(self) -> str:
        if self.is_over:
            return gettext("Done")
        if self.is_wrap_up:
            return gettext("After-call work") if self.words.talks else gettext("Wrap-up")
        if not self.words.talks:
            return gettext("In work")
        return gettext("In conversation") if self.part.talk_started_at else gettext("Connecting")

    @property
    def since(self) -> datetime:
        """When its present state began."""
        part = self.part
        if part.ended_at:
            return part.ended_at
        return part.left_at or part.talk_started_at or part.answered_at or part.offered_at

    @property
    def wrap_up_time(self) -> timedelta | None:
        """How long the wrap-up may take in all."""
        part = self.part
        return part.deadline_at - part.left_at if part.deadline_at and part.left_at else None

    @property
    def needs_disposition(self) -> bool:
        entry = self.part.queue_entry
        return bool(entry and entry.queue and entry.queue.disposition_required)

    @property
    def lacks_disposition(self) -> bool:
        return self.needs_disposition and self.part.disposition_id is None
