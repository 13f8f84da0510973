"""The figures of one interaction, its stays, its legs and its agents' parts (core-model 5.4, cxengage 7).

Pure functions over a journal. Times are whole milliseconds; None means that the figure does not exist, or that what it
measures is still going on (X-11). Whoever shows a figure divides.
"""

from collections.abc import Iterator
from datetime import datetime

from apps.engagements.models import Direction
from apps.queues.models import EndType, ExitType, Hold, HoldKind, Outcome, QueueEntry, Segment, SegmentCause, WorkOffer
from apps.queues.models.setup import SlaVersion
from apps.reporting.journal import Journal
from apps.reporting.spans import Span, between, minus, total, union

# The rule of a queue that names none (cxengage 10.3, X-56), seconds.
DEFAULT_THRESHOLD = 20
DEFAULT_ABANDON_TYPE = SlaVersion.AbandonType.IGNORE
DEFAULT_ABANDON_THRESHOLD = 20

OF_THE_CUSTOMER = (HoldKind.CUSTOMER, HoldKind.TRANSFER)
_TRANSFERS = (SegmentCause.TRANSFER, SegmentCause.QUEUE)
_CALLED = (Direction.OUTBOUND, Direction.AGENT_INITIATED, Direction.INTERNAL)
_CANCELLED = (EndType.CANCELLED, EndType.CUSTOMER_DISCONNECT)


# The interaction -----------------------------------------------------------------------------------------------------


def interaction_time(journal: Journal) -> int | None:
    """Begin to end, wrap-up included (X-47)."""
    return _since_open(journal, journal.interaction.closed_at)


def ivr_time(journal: Journal) -> int | None:
    """Begin until the first queue; without one, until the flow or the customer ended it (X-29)."""
    if journal.entries:
        return _since_open(journal, journal.entries[0].entered_at)
    if journal.offers or not journal.segments:  # an agent placed it, or it was never live: there was no flow
        return None
    return _since_open(journal, journal.segments[0].ended_at)


def ivr_abandoned(journal: Journal) -> bool:
    """The customer left before any queue."""
    return journal.interaction.customer_left_from == "flow"


def ivr_abandon_time(journal: Journal) -> int | None:
    return _since_open(journal, journal.interaction.customer_left_at) if ivr_abandoned(journal) else None


def customer_abandon_time(journal: Journal) -> int | None:
    """Begin until the customer left unserved, or out of a hold (cxengage 7.4).

    Asking to be called back is neither, and whoever was called and did not answer has not left.
    """
    served = any(offer.talk_started_at for offer in journal.offers)
    called_back = bool(journal.entries) and journal.entries[-1].exit_type == ExitType.CALLBACK
    if (served or called_back or _never_reached(journal)) and not hold_abandoned(journal):
        return None
    return _since_open(journal, journal.interaction.customer_left_at)


def _never_reached(journal: Journal) -> bool:
    """An agent called, and gave up before anybody answered."""
    interaction = journal.interaction
    return interaction.direction in _CALLED and interaction.customer_left_from == "talk"


def hold_abandoned(journal: Journal) -> bool:
    """The customer left while on hold."""
    return journal.interaction.customer_left_from == "hold"


def conversation_time(journal: Journal) -> int | None:
    """The customer with at least one agent, holds included; overlapping agents count once."""
    stretches = conversation(journal)
    return total(stretches) if stretches else None


def talk_time(journal: Journal) -> int | None:
    """The conversation without the customer's holds."""
    return total(talk(journal)) if conversation(journal) else None


def conversation(journal: Journal) -> list[Span] | None:
    """Stretches of the customer with at least one agent; None while one is going on."""
    started = [offer for offer in journal.offers if offer.talk_started_at]
    spans = [span for offer in started if (span := conversation_of(offer))]
    return union(spans) if len(spans) == len(started) else None


def talk(journal: Journal) -> list[Span]:
    """Single stretches of talk, between the holds."""
    return minus(conversation(journal) or [], customer_hold_spans(journal))


def customer_holds(journal: Journal) -> list[Hold]:
    """Holds the customer sat through, the start of a warm transfer among them."""
    return [hold for hold in journal.holds if hold.kind in OF_THE_CUSTOMER]


def customer_hold_spans(journal: Journal) -> list[Span]:
    return [Span(hold.started_at, hold.ended_at) for hold in customer_holds(journal) if hold.ended_at]


def customer_hold_times(journal: Journal) -> list[int]:
    """Each finished hold of the customer, in order."""
    return [span.length for span in customer_hold_spans(journal)]


def customer_hold_time(journal: Journal) -> int | None:
    """All of them together; None without a hold, and while one is going on."""
    holds = customer_holds(journal)
    return total(customer_hold_spans(journal)) if holds and all(hold.ended_at for hold in holds) else None


def agent_initiated_hold_time(journal: Journal) -> int:
    """Finished holds of the customer while one agent alone was on the contact (cxengage 7.4)."""
    return total(
        Span(hold.started_at, hold.ended_at)
        for hold in journal.holds
        if hold.kind == HoldKind.CUSTOMER and hold.ended_at and len(_talking_at(journal, hold.started_at)) == 1
    )


def customer_transfers(journal: Journal) -> int | None:
    """Completed transfers, cold and warm; None when there was none."""
    return sum(is_transfer(segment) and segment.to_agent_id is not None for segment in journal.segments) or None


# A stay in a queue ---------------------------------------------------------------------------------------------------


def queue_time(entry: QueueEntry) -> int | None:
    """Entering until leaving: an acceptance, or another way out."""
    return between(entry.entered_at, entry.left_at) if entry.left_at else None


def queue_abandoned(entry: QueueEntry) -> bool:
    """The customer left while waiting."""
    return entry.exit_type == ExitType.ABANDON


def queue_abandon_time(entry: QueueEntry) -> int | None:
    return queue_time(entry) if queue_abandoned(entry) else None


def sla_time(journal: Journal, entry: QueueEntry) -> int | None:
    """Entering until the conversation began (X-42), or until the customer left. None for any other way out."""
    if queue_abandoned(entry):
        return queue_time(entry)
    taken = taken_by(journal, entry)
    return between(entry.entered_at, taken.talk_started_at) if taken and taken.talk_started_at else None


def sla_abandoned(entry: QueueEntry) -> bool:
    """The abandon counts as missed under the rule that the stay began with (X-43, X-57)."""
    waited = queue_abandon_time(entry)
    if waited is None or entry.queue_id is None:
        return False
    kind = entry.sla.abandon_type if entry.sla else DEFAULT_ABANDON_TYPE
    threshold = entry.sla.abandon_threshold_s if entry.sla else DEFAULT_ABANDON_THRESHOLD
    return kind == SlaVersion.AbandonType.COUNT or waited > threshold * 1000


def taken_by(journal: Journal, entry: QueueEntry) -> WorkOffer | None:
    """The agent's part that ended the stay."""
    if entry.exit_type != ExitType.SUCCESS:
        return None
    offers = (offer for offer in journal.offers if offer.queue_entry_id == entry.pk)
    return next((offer for offer in offers if offer.outcome == Outcome.ACCEPTED), None)


# A leg ---------------------------------------------------------------------------------------------------------------


def is_transfer(segment: Segment) -> bool:
    return segment.cause in _TRANSFERS


def is_cancelled(segment: Segment) -> bool:
    """The transfer was called off, or the customer left."""
    return segment.end_type in _CANCELLED


def segment_time(journal: Journal, segment: Segment) -> int | None:
    """Begin of the interaction, not of the leg, until the leg's end (X-36)."""
    return _since_open(journal, segment.ended_at)


def segment_cancel_time(journal: Journal, segment: Segment) -> int | None:
    return segment_time(journal, segment) if is_cancelled(segment) else None


# An agent's part -----------------------------------------------------------------------------------------------------


def answer_time(offer: WorkOffer, outcome: Outcome) -> int | None:
    """Offer until it was taken, refused, missed or cancelled; None for the outcomes it did not have.

    A part without an offer (an outbound contact, a pull) was never answered.
    """
    if offer.outcome != outcome or offer.answered_at is None or not _was_offered(offer):
        return None
    return between(offer.offered_at, offer.answered_at)


def part_end(offer: WorkOffer) -> datetime | None:
    """When the agent was no longer on the contact; the wrap-up lies behind it."""
    return offer.left_at or offer.ended_at


def conversation_of(offer: WorkOffer) -> Span | None:
    """From the start of talk until the agent left; None while it goes on, or when there was none."""
    end = part_end(offer)
    return Span(offer.talk_started_at, end) if offer.talk_started_at and end else None


def agent_holds(journal: Journal, offer: WorkOffer) -> list[Span]:
    """Holds of the customer that began while this agent was on the contact, as long as the agent was (X-41)."""
    return list(_holds_during(journal, conversation_of(offer)))


def agent_hold_time(journal: Journal, offer: WorkOffer) -> int | None:
    holds = agent_holds(journal, offer)
    return total(holds) if holds else None


def agent_conversation_time(offer: WorkOffer) -> int | None:
    span = conversation_of(offer)
    return span.length if span else None


def agent_talk_time(journal: Journal, offer: WorkOffer) -> int | None:
    span = conversation_of(offer)
    return total(minus([span], agent_holds(journal, offer))) if span else None


def agent_wrap_up_time(offer: WorkOffer) -> int | None:
    """Leaving until the end of wrap-up; None when there was none, or while it goes on."""
    if offer.outcome != Outcome.ACCEPTED or not (offer.left_at and offer.ended_at):
        return None
    return between(offer.left_at, offer.ended_at) or None


def agent_handle_time(offer: WorkOffer) -> int | None:
    """Conversation and wrap-up; None until both are over."""
    conversed = agent_conversation_time(offer)
    if conversed is None or offer.ended_at is None:
        return None
    return conversed + (agent_wrap_up_time(offer) or 0)


def _was_offered(offer: WorkOffer) -> bool:
    return offer.queue_entry_id is not None


def _holds_during(journal: Journal, stay: Span | None) -> Iterator[Span]:
    if stay is None:
        return
    for span in customer_hold_spans(journal):
        if stay.start <= span.start < stay.end and (inside := span.within(stay)):
            yield inside


def _talking_at(journal: Journal, at: datetime) -> list[WorkOffer]:
    talking = (offer for offer in journal.offers if offer.talk_started_at and offer.talk_started_at <= at)
    return [offer for offer in talking if (end := part_end(offer)) is None or at < end]


def _since_open(journal: Journal, at: datetime | None) -> int | None:
    return between(journal.interaction.opened_at, at) if at else None
