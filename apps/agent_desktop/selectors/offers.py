"""Offers: what is on the table now, and what became of those that the page still shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.expressions import RawSQL
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext

from apps.agent_desktop import words
from apps.agent_desktop.selectors.past import Past
from apps.agent_desktop.selectors.people import Customer
from apps.agents.models import Agent, AgentChannel
from apps.attendees.models import EngagementAttendee
from apps.common.display import span
from apps.engagements.lifecycle import Stage
from apps.queues.models import OfferState, Outcome, WorkOffer
from apps.queues.models.journal import CancelCause
from apps.tenants.selecting import Select

_GONE: Select[WorkOffer] = Select(
    lambda agent, shown: (
        WorkOffer.objects.filter(
            agent_id=agent, uuid__in=RawSQL("select unnest(%s::uuid[])", [shown]), state=OfferState.ENDED
        )
        .exclude(outcome__in=[Outcome.ACCEPTED, Outcome.REJECTED])
        .select_related("interaction__handler__user")
    ),
    numbers=["agent"],
    texts=["shown"],
)


@dataclass(frozen=True)
class OfferCard:
    offer: WorkOffer
    customer: Customer
    past: list[Past]
    attendee: EngagementAttendee | None = None  # the customer as an attendee

    @property
    def is_verified(self) -> bool:
        return self.offer.interaction.is_attendee_verified or bool(self.attendee and self.attendee.is_verified)

    @property
    def is_signed_in(self) -> bool:
        return self.offer.interaction.is_attendee_authenticated or bool(
            self.attendee and self.attendee.is_authenticated
        )

    @property
    def words(self) -> words.ChannelWords:
        return words.of(self.offer.interaction.channel)

    @property
    def queue(self) -> str:
        """Where it waited; empty when it was aimed at this agent."""
        entry = self.offer.queue_entry
        return entry.queue.name if entry and entry.queue else ""

    @property
    def waiting_since(self) -> datetime:
        return self.offer.queue_entry.entered_at if self.offer.queue_entry else self.offer.offered_at

    @property
    def late(self) -> int | None:
        """The target in seconds, if it has been missed."""
        sla = self.offer.queue_entry.sla if self.offer.queue_entry else None
        waited = self.offer.offered_at - self.waiting_since
        return sla.threshold_s if sla and waited > timedelta(seconds=sla.threshold_s) else None

    @property
    def why(self) -> str:
        if not self.queue:
            return gettext("Somebody passed it to you")
        idle_since = parse_datetime(str(self.offer.why.get("idle_since", "")))
        if idle_since is None:
            return str(capfirst(self.offer.why.get("rule", "")))
        return gettext("Longest without work: {span}").format(span=span(self.offer.offered_at - idle_since))

    @property
    def stands(self) -> timedelta | None:
        """How long it stands in all."""
        return self.offer.deadline_at - self.offer.offered_at if self.offer.deadline_at else None


@dataclass(frozen=True)
class GoneOffer:
    """An offer that the page shows and that is over, and the sentence that says so."""

    offer: WorkOffer
    says: str

    @property
    def title(self) -> str:
        return gettext("The {thing} offer has gone.").format(
            thing=words.of(self.offer.interaction.channel).thing.lower()
        )


def gone_offers(agent: Agent, shown: Collection[str], channels: Collection[AgentChannel]) -> list[GoneOffer]:
    """Those of the shown offers that ended without this agent's own doing, in one query."""
    ready = {row.channel for row in channels if row.is_ready}
    found = _GONE(agent=agent.pk, shown=list(shown))
    return [GoneOffer(each, _gone(each, each.interaction.channel in ready)) for each in found]


def _gone(offer: WorkOffer, still_ready: bool) -> str:
    interaction = offer.interaction
    if offer.cancel_cause == CancelCause.CUSTOMER_LEFT:
        cause = gettext("The customer has left.")
    elif offer.cancel_cause == CancelCause.AGENT_LOST:
        cause = gettext("This desk was not heard of for too long.")
    elif offer.cancel_cause:
        cause = gettext("It was withdrawn.")
    else:
        cause = gettext("It ran out after {span}").format(
            span=span((offer.ended_at or offer.offered_at) - offer.offered_at)
        )
        if interaction.stage == Stage.HANDLED and interaction.handler and interaction.handler_id != offer.agent_id:
            cause += gettext(" and went to {name}").format(name=interaction.handler.user.name)
        cause += "."
    thing = words.of(interaction.channel).thing.lower()
    return f"{cause} " + (
        gettext("You are still ready for the next {thing}.").format(thing=thing)
        if still_ready
        else gettext("You are not ready for another {thing}.").format(thing=thing)
    )
