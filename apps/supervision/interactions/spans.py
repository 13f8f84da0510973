"""The journal as rows: who or what was busy with the contact, from when to when, and how that ended."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext

from apps.agents.models import Channel
from apps.common import clock
from apps.common.words import later as _
from apps.engagements.models import EngagementInteraction
from apps.queues.models import ExitType, Hold, HoldKind, Outcome, QueueEntry, WorkOffer
from apps.reporting.journal import Journal


class Kind(StrEnum):
    """What a span of the journal is; also the end of its class name in the picture."""

    MENU = "menu"
    WAIT = "wait"
    OFFER = "offer"
    TALK = "talk"
    HOLD = "hold"
    WRAP_UP = "wrap"


@dataclass(frozen=True)
class Lane:
    """The queue or person that a span belongs to."""

    key: str
    name: str
    icon: str


@dataclass(frozen=True)
class Span:
    """One row of the table and one bar of the picture. `end` is None while it goes on."""

    kind: Kind
    lane: Lane
    start: datetime
    end: datetime | None
    what: str
    ended: str
    segment: int | None
    target: timedelta | None = None  # service level, of a wait
    outcome: str | None = None  # of an offer
    now: datetime = field(default_factory=clock.now)  # one for all, so that they agree where they all go on

    @property
    def until(self) -> datetime:
        return self.end or self.now

    @property
    def length(self) -> timedelta:
        return self.until - self.start

    @property
    def is_late(self) -> bool:
        return self.target is not None and self.length > self.target

    @property
    def over(self) -> timedelta | None:
        return self.length - self.target if self.target is not None and self.is_late else None


CUSTOMER = Lane("customer", _("Customer"), "user")
_EXITS = {
    ExitType.SUCCESS: _("answered"),
    ExitType.TIMEOUT: _("moved on"),
    ExitType.CALLBACK: _("asked to be called back"),
    ExitType.ABANDON: _("customer left"),
    ExitType.ADD_PARTICIPANT_CANCEL: _("called off"),
    ExitType.INTERACTION_END: _("closed"),
}
_OUTCOMES = {
    Outcome.ACCEPTED: _("accepted"),
    Outcome.REJECTED: _("rejected"),
    Outcome.TIMED_OUT: _("missed"),
}
_CAUSES = {"agent_lost": _("agent’s connection lost"), "customer_left": _("customer left"), "withdrawn": _("withdrawn")}
_HOLDS = {
    HoldKind.CUSTOMER: _("Hold"),
    HoldKind.TRANSFER: _("Hold for the transfer"),
    HoldKind.AGENT: _("Agent on hold"),
}


def spans_of(journal: Journal) -> list[Span]:
    """In the order they began; what began together stays in the order below."""
    offers = {offer.pk: offer for offer in journal.offers}
    found = [
        *_menu(journal),
        *(_wait(entry) for entry in journal.entries),
        *(span for offer in journal.offers for span in _part(journal.interaction, offer)),
        *(_hold(hold, offers[hold.offer_id]) for hold in journal.holds),
    ]
    now = clock.now()
    return [replace(span, now=now) for span in sorted(found, key=lambda span: span.start)]


def _menu(journal: Journal) -> Iterator[Span]:
    if not journal.segments:
        return
    interaction = journal.interaction
    begins = [entry.entered_at for entry in journal.entries[:1]] + [offer.offered_at for offer in journal.offers[:1]]
    end = min(begins) if begins else interaction.closed_at
    if end == interaction.opened_at:
        return
    flow = interaction.flow
    yield Span(
        Kind.MENU,
        Lane("menu", gettext("Menu"), "bolt"),
        interaction.opened_at,
        end,
        gettext("Flow “{flow}”").format(flow=flow) if flow else gettext("Before any queue"),
        gettext("to the queue")
        if journal.entries
        else gettext("customer left")
        if interaction.customer_left_at
        else "",
        journal.segments[0].number,
    )


def _wait(entry: QueueEntry) -> Span:
    exit_type = ExitType(entry.exit_type) if entry.exit_type else None
    return Span(
        Kind.WAIT,
        _queue_lane(entry),
        entry.entered_at,
        entry.left_at,
        gettext("Waited, {place} in line").format(place=_place(entry.length_at_entry))
        if entry.left_at
        else gettext("Waits"),
        _EXITS[exit_type] if exit_type else "",
        entry.segment.number,
        target=timedelta(seconds=entry.sla.threshold_s) if entry.sla else None,
    )


def _part(interaction: EngagementInteraction, offer: WorkOffer) -> Iterator[Span]:
    """One agent's part: the offer, the work, the wrap-up, as far as it went."""
    lane = _agent_lane(offer)
    number = offer.segment.number
    if offer.queue_entry_id:  # pulled and self-made work is never offered
        yield Span(
            Kind.OFFER,
            lane,
            offer.offered_at,
            offer.answered_at,
            gettext("Offer"),
            _CAUSES[offer.cancel_cause]
            if offer.cancel_cause
            else _OUTCOMES.get(Outcome(offer.outcome), "")
            if offer.outcome
            else "",
            number,
            outcome=offer.outcome,
        )
    if offer.talk_started_at:
        done = offer.left_at or offer.ended_at
        work = gettext("Conversation") if interaction.channel in (Channel.VOICE, Channel.VIDEO) else gettext("Work")
        yield Span(Kind.TALK, lane, offer.talk_started_at, done, work, _how_left(interaction, done), number)
    if offer.left_at and offer.left_at != offer.ended_at:
        outcome = str(offer.disposition) if offer.disposition else gettext("without a disposition")
        yield Span(
            Kind.WRAP_UP,
            lane,
            offer.left_at,
            offer.ended_at,
            gettext("Wrap-up"),
            outcome if offer.ended_at else "",
            number,
        )


def _how_left(interaction: EngagementInteraction, left: datetime | None) -> str:
    if left is None:
        return ""
    customer_left = interaction.customer_left_at
    return gettext("customer left") if customer_left and left >= customer_left else gettext("done")


def _hold(hold: Hold, offer: WorkOffer) -> Span:
    return Span(
        Kind.HOLD,
        _agent_lane(offer),
        hold.started_at,
        hold.ended_at,
        _HOLDS[HoldKind(hold.kind)],
        gettext("back") if hold.ended_at else "",
        offer.segment.number,
    )


def _queue_lane(entry: QueueEntry) -> Lane:
    if entry.queue:
        return Lane(f"queue-{entry.queue_id}", entry.queue.name, "queue")
    return Lane(
        f"aimed-{entry.target_agent_id}", gettext("For {target_agent}").format(target_agent=entry.target_agent), "user"
    )


def _agent_lane(offer: WorkOffer) -> Lane:
    return Lane(f"agent-{offer.agent_id}", offer.agent.user.name, "user")


def _place(number: int) -> str:
    words = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    return words.get(number, gettext("number {number}").format(number=number))
