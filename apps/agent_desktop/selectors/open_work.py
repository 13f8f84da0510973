"""The piece of work that is open, with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext, ngettext

from apps.accounts.models import User
from apps.agent_desktop.forms import work_form
from apps.agent_desktop.selectors.journal import Line, journal
from apps.agent_desktop.selectors.past import Past
from apps.agent_desktop.selectors.people import People
from apps.agent_desktop.selectors.takers import Branch, Taker, takers, tree
from apps.agent_desktop.selectors.together import Together, together
from apps.agent_desktop.selectors.work import Work
from apps.agents.models import Channel
from apps.engagements.forms import RecordForm
from apps.engagements.lifecycle import allows
from apps.engagements.models import Delivery, MailAttachment, MailMessage
from apps.engagements.models.interaction import previous_contacts
from apps.engagements.written import CHATS
from apps.messaging.selectors import Said, conversation
from apps.objects import custom_fields
from apps.queues.models import Disposition, OfferState, QueueEntry, WorkOffer
from apps.queues.operations import NOTE
from apps.queues.operations.holding import CONVERSATIONS
from apps.tenants.selecting import Select
from apps.topics.models import EngagementTopic

COUNTED_TO = 100  # earlier contacts; beyond, the page says "100+"

_STAYS = Select(
    lambda interaction: (
        QueueEntry.objects.filter(interaction_id=interaction)
        .select_related("queue", "target_agent__user")
        .order_by("entered_at", "id")
    ),
    numbers=["interaction"],
)
_PARTS = Select(
    lambda interaction: (
        WorkOffer.objects.filter(interaction_id=interaction)
        .select_related("agent__user", "segment")
        .order_by("offered_at", "id")
    ),
    numbers=["interaction"],
)
_TOPICS = Select(lambda interaction: EngagementTopic.objects.filter(engagement_id=interaction), numbers=["interaction"])
_DISPOSITIONS = Select(lambda: Disposition.objects.filter(is_active=True))


@dataclass(frozen=True)
class OpenWork(Work):
    """The piece of work that the page shows in full. What it needs is read when a fragment asks for it."""

    reader: User
    people: People
    past: Sequence[Past]

    @property
    def works(self) -> bool:
        """Whether the agent is at it: neither wrapping up nor done."""
        return self.part.state == OfferState.WORKING and allows(self.interaction.stage, "transfer")

    @property
    def can_hang_up(self) -> bool:
        return self.words.talks and self.works

    @property
    def can_hold(self) -> bool:
        return self.interaction.channel == Channel.VOICE and self.works

    @property
    def can_mute(self) -> bool:
        return self.interaction.channel in CONVERSATIONS and self.works

    @property
    def can_hand(self) -> bool:
        together = self.together
        asks = together.asked or together.answered or together.outside
        return self.works and not self.interaction.is_draft and not asks

    @property
    def can_park(self) -> bool:
        together = self.together
        return self.works and self.interaction.channel != Channel.VOICE and not (together.others or together.asked)

    @property
    def can_chat(self) -> bool:
        return self.interaction.channel in CHATS and self.works

    @property
    def note(self) -> str:
        """The agents' one note on the contact."""
        return str(self.interaction.user_data.get(NOTE, ""))

    @property
    def pairs(self) -> dict[str, Any]:
        """The user data that is no note."""
        return {key: value for key, value in self.interaction.user_data.items() if key != NOTE}

    @cached_property
    def together(self) -> Together:
        return together(self.part, self._entries, self._offers)

    @cached_property
    def mail(self) -> list[Said]:
        """The messages of an e-mail contact; what is being composed stands in its own form."""
        if self.interaction.channel != Channel.EMAIL or self.interaction.is_draft:
            return []
        return [said for said in conversation(self.interaction) if said.kind == "mail"]

    @property
    def answers_many(self) -> bool:
        """Whether the newest message went to others, too."""
        return bool(self.mail) and len(self.mail[-1].to) > 1

    @cached_property
    def draft(self) -> MailMessage | None:
        """What the agent composes here."""
        if not self.interaction.is_draft:
            return None
        return MailMessage.objects.filter(interaction=self.interaction, delivery=Delivery.DRAFT).first()

    @cached_property
    def files(self) -> Sequence[MailAttachment]:
        """What goes along with the draft, without its content."""
        return list(MailAttachment.objects.defer("content").filter(message=self.draft)) if self.draft else []

    @property
    def can_finish(self) -> bool:
        return self.is_wrap_up or (not self.is_over and allows(self.interaction.stage, "complete"))

    @property
    def can_write(self) -> bool:
        return self.is_wrap_up or (not self.is_over and allows(self.interaction.stage, "annotate"))

    @cached_property
    def dispositions(self) -> Sequence[Disposition]:
        return _DISPOSITIONS()

    @cached_property
    def earlier(self) -> str:
        """How many contacts there were before, in words."""
        if not self.interaction.phone_key:
            return ""
        count = previous_contacts(self.interaction, limit=COUNTED_TO).count()
        if not count:
            return gettext("first contact")
        return (
            gettext("{count}+ contacts before").format(count=count)
            if count == COUNTED_TO
            else ngettext("{count} contact before", "{count} contacts before", count).format(count=count)
        )

    @cached_property
    def journal(self) -> list[Line]:
        return journal(self.interaction, self._entries, self._offers, reader=self.reader)

    @cached_property
    def _entries(self) -> list[QueueEntry]:
        return _STAYS(interaction=self.interaction.pk)

    @cached_property
    def _offers(self) -> list[WorkOffer]:
        return _PARTS(interaction=self.interaction.pk)

    @cached_property
    def takers(self) -> list[Taker]:
        return takers(self.interaction, self.reader)

    @property
    def verified(self) -> tuple[int, int]:
        """How many of the people from outside are verified."""
        outside = [taker.attendee for taker in self.takers if taker.attendee.external_attendee_id]
        return sum(attendee.is_verified for attendee in outside), len(outside)

    @cached_property
    def topics(self) -> list[EngagementTopic]:
        return _TOPICS(interaction=self.interaction.pk)

    @property
    def topic_tree(self) -> list[Branch]:
        return tree(self.topics)

    @property
    def record_form(self) -> RecordForm:
        return work_form(self.interaction)

    @cached_property
    def fields(self) -> list[tuple[str, Any]]:
        """Custom fields with a value, by their labels."""
        own = custom_fields.shown("EngagementInteraction", self.interaction.custom_fields)
        return [(field.label, value) for field, value in own]
