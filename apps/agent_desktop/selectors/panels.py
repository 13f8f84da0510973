"""The one form that stands open beside the work: to hand it on, to name somebody, to begin something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from apps.agent_desktop.acts.base import Refused, key_in
from apps.agent_desktop.contact_forms import FollowUpForm, NewContactForm
from apps.agent_desktop.forms import person_form, topic_form
from apps.agent_desktop.selectors.targets import Target, targets
from apps.agents.models import Agent
from apps.attendees.models import EngagementAttendee, VerificationProcess
from apps.engagements.models import EngagementInteraction
from apps.queues.bins import open_to
from apps.queues.models import OutboundIdentifier, Workbin
from apps.topics.models import EngagementTopic

OF_WORK = ("hand", "park", "person", "verify", "topic", "follow")
PANELS = (*OF_WORK, "start")

MEANS = ("Full name", "Date of birth", "Postal code", "Telephone number", "Customer number", "Last invoice")
PROOFS = ("Telephone PIN", "Signed in on the web", "Password", "Identity card")


@dataclass
class Panel:
    """Which panel is open; `given` is what it was opened with (`item`, `how`, `q`), or what was typed in it."""

    name: str
    agent: Agent
    interaction: EngagementInteraction | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    refused: Refused | None = None

    means, proofs = MEANS, PROOFS

    @cached_property
    def processes(self) -> Sequence[VerificationProcess]:
        return list(VerificationProcess.objects.filter(is_active=True))

    @property
    def template(self) -> str:
        return f"agent_desktop/panels/{self.name}.html"

    @property
    def item(self) -> str:
        return str(self.given.get("item", ""))

    @property
    def how(self) -> str:
        """How work is handed on; calls are, by default, not handed on unseen."""
        if self.given.get("how") in ("warm", "cold", "add"):
            return str(self.given["how"])
        return "warm" if self.interaction and self.interaction.channel == "voice" else "cold"

    @property
    def typed(self) -> str:
        return str(self.given.get("q", ""))

    @property
    def problems(self) -> Mapping[str, str]:
        return self.refused.problems if self.refused else {}

    @property
    def asks_for(self) -> str:
        is_call = self.interaction is not None and self.interaction.channel == "voice"
        return _("Agent, queue or number outside") if is_call else _("Agent or queue")

    @cached_property
    def targets(self) -> Sequence[Target]:
        return targets(self.typed, self.interaction.channel, self.agent) if self.interaction else []

    @property
    def workbins(self) -> Sequence[Workbin]:
        return list(open_to(self.agent.user, self.agent)[:100])

    @cached_property
    def row(self) -> Any:
        """The attendee or topic that it is about; None for a new one, and for one that has gone."""
        model: Any = EngagementTopic if self.name == "topic" else EngagementAttendee
        return model.objects.filter(engagement=self.interaction, pk=key_in(self.item)).first() if self.item else None

    @property
    def form(self) -> Any:
        """As it was refused, or as it is when it opens."""
        if self.refused and self.refused.bound is not None:
            return self.refused.bound
        return self._fresh()

    def _fresh(self) -> Any:
        if self.name == "person":
            return person_form(self._contact, self.row)
        if self.name == "topic":
            form = topic_form(self._contact, self.row)
            if below := self.given.get("below"):
                form.initial["ParentTopicId"] = below
            return form
        if self.name == "follow":
            return FollowUpForm(initial={"number": self._contact.phone_number or "", "kind": "callback"})
        return NewContactForm(self.agent, initial={name: self.given.get(name, "") for name in ("channel", "customer")})

    @property
    def shown_as(self) -> Sequence[OutboundIdentifier]:
        return list(OutboundIdentifier.objects.filter(is_active=True))

    @property
    def _contact(self) -> EngagementInteraction:
        assert self.interaction is not None
        return self.interaction
