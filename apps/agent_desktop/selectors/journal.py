"""What has happened to a contact so far, in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.common.display import span
from apps.engagements.models import EngagementInteraction
from apps.queues.models import ExitType, Outcome, QueueEntry, WorkOffer


@dataclass(frozen=True)
class Line:
    at: datetime
    says: str
    order: int = 0  # among lines of the same millisecond


def journal(
    interaction: EngagementInteraction, entries: Sequence[QueueEntry], offers: Sequence[WorkOffer], *, reader: User
) -> list[Line]:
    """Oldest first."""
    lines = [
        *_contact(interaction),
        *(line for entry in entries for line in _stay(entry)),
        *(line for offer in offers for line in _part(offer, reader)),
    ]
    return sorted(lines, key=lambda line: (line.at, line.order))


def _contact(interaction: EngagementInteraction) -> Iterator[Line]:
    reached = f" on {interaction.contact_point}" if interaction.contact_point else ""
    yield Line(interaction.opened_at, f"Came in{reached}")
    if interaction.customer_left_at:
        where = " while waiting" if interaction.customer_left_from in ("flow", "queue") else ""
        yield Line(interaction.customer_left_at, f"Contact over{where}", 5)
    if interaction.closed_at:
        yield Line(interaction.closed_at, "Ended", 9)


def _stay(entry: QueueEntry) -> Iterator[Line]:
    where = entry.queue.name if entry.queue else "for one agent"
    yield Line(entry.entered_at, f"Waits in {where}" if entry.queue else f"Waits {where}", 1)
    if entry.left_at and entry.exit_type != ExitType.SUCCESS:
        yield Line(entry.left_at, f"Left {where} after {span(entry.left_at - entry.entered_at)}", 4)


def _part(offer: WorkOffer, reader: User) -> Iterator[Line]:
    who = "You" if offer.agent.user_id == reader.pk else offer.agent.user.name
    if offer.answered_at:
        after = span(offer.answered_at - offer.offered_at)
        yield Line(
            offer.answered_at,
            {
                Outcome.ACCEPTED: f"{who} accepted after {after}",
                Outcome.REJECTED: f"{who} rejected it",
                Outcome.TIMED_OUT: f"{who} did not answer within {after}",
                Outcome.CANCELLED: f"Offer to {who if who != 'You' else 'you'} withdrawn",
            }[Outcome(str(offer.outcome))],
            2,
        )
    if offer.left_at and offer.left_at != offer.ended_at:
        yield Line(offer.left_at, f"{who} went to wrap-up", 6)
    if offer.ended_at and offer.outcome == Outcome.ACCEPTED:
        yield Line(offer.ended_at, f"{who} finished", 7)
