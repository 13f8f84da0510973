"""One piece of work: as a line of the list, and open with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from apps.accounts.models import User
from apps.agent_desktop import words
from apps.agent_desktop.forms import work_form
from apps.agent_desktop.selectors.journal import Line, journal
from apps.agent_desktop.selectors.past import Past
from apps.agent_desktop.selectors.people import Customer, People
from apps.attendees.models import EngagementAttendee
from apps.engagements.forms import RecordForm
from apps.engagements.lifecycle import allows
from apps.engagements.models import EngagementInteraction
from apps.engagements.models.interaction import previous_contacts
from apps.objects import custom_fields
from apps.queues.models import Disposition, OfferState, QueueEntry, WorkOffer
from apps.topics.models import EngagementTopic

COUNTED_TO = 100  # earlier contacts; beyond, the page says "100+"


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
            return "Done"
        if self.is_wrap_up:
            return "After-call work" if self.words.talks else "Wrap-up"
        if not self.words.talks:
            return "In work"
        return "In conversation" if self.part.talk_started_at else "Connecting"

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


@dataclass(frozen=True)
class Taker:
    """Somebody who takes part."""

    attendee: EngagementAttendee
    name: str
    is_reader: bool


@dataclass(frozen=True)
class OpenWork(Work):
    """The piece of work that the page shows in full. What it needs is read when a fragment asks for it."""

    reader: User
    people: People
    past: Sequence[Past]

    @property
    def can_hang_up(self) -> bool:
        return self.words.talks and self.part.state == OfferState.WORKING and allows(self.interaction.stage, "hang_up")

    @property
    def can_finish(self) -> bool:
        return not self.is_over and allows(self.interaction.stage, "complete")

    @property
    def can_write(self) -> bool:
        return not self.is_over and allows(self.interaction.stage, "annotate")

    @cached_property
    def dispositions(self) -> Sequence[Disposition]:
        return list(Disposition.objects.filter(is_active=True))

    @cached_property
    def earlier(self) -> str:
        """How many contacts there were before, in words."""
        count = previous_contacts(self.interaction, limit=COUNTED_TO).count()
        if not count:
            return "first contact" if self.interaction.phone_key else ""
        return f"{count}+ contacts before" if count == COUNTED_TO else f"{count} contact{'s'[: count > 1]} before"

    @cached_property
    def journal(self) -> list[Line]:
        entries = QueueEntry.objects.filter(interaction=self.interaction).select_related("queue")
        offers = WorkOffer.objects.filter(interaction=self.interaction).select_related("agent__user")
        return journal(self.interaction, list(entries), list(offers), reader=self.reader)

    @cached_property
    def takers(self) -> list[Taker]:
        attendees = list(
            EngagementAttendee.objects.filter(engagement=self.interaction).select_related("internal_attendee")
        )
        people = People([], [attendee.external_attendee_id for attendee in attendees])
        return [self._taker(attendee, people) for attendee in attendees]

    def _taker(self, attendee: EngagementAttendee, people: People) -> Taker:
        if attendee.external_attendee_id:
            record = people.record(attendee.external_attendee_id)
            return Taker(attendee, record.name if record else attendee.external_attendee_id, False)
        inside = attendee.internal_attendee
        name = inside.name if inside else attendee.internal_attendee_text or ""
        return Taker(attendee, name, bool(inside and inside.pk == self.reader.pk))

    @property
    def verified(self) -> tuple[int, int]:
        """How many of the people from outside are verified."""
        outside = [taker.attendee for taker in self.takers if taker.attendee.external_attendee_id]
        return sum(attendee.is_verified for attendee in outside), len(outside)

    @cached_property
    def topics(self) -> list[EngagementTopic]:
        return list(EngagementTopic.objects.filter(engagement=self.interaction))

    @property
    def topic_tree(self) -> list[tuple[EngagementTopic, list[EngagementTopic]]]:
        """Each topic without a parent here, with those below it."""
        here = {topic.pk for topic in self.topics}
        tops = [topic for topic in self.topics if topic.parent_topic_id not in here]
        return [(top, [each for each in self.topics if each.parent_topic_id == top.pk]) for top in tops]

    @property
    def record_form(self) -> RecordForm:
        return work_form(self.interaction)

    @cached_property
    def fields(self) -> list[tuple[str, Any]]:
        """Custom fields with a value, by their labels."""
        own = custom_fields.shown("EngagementInteraction", self.interaction.custom_fields)
        return [(field.label, value) for field, value in own]
