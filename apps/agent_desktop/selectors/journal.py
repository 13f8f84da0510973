"""What has happened to a contact so far, in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

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
    reached = (
        gettext(" on {contact_point}").format(contact_point=interaction.contact_point)
        if interaction.contact_point
        else ""
    )
    yield Line(interaction.opened_at, gettext("Came in{reached}").format(reached=reached))
    if interaction.customer_left_at:
        where = gettext(" while waiting") if interaction.customer_left_from in ("flow", "queue") else ""
        yield Line(interaction.customer_left_at, gettext("Contact over{where}").format(where=where), 5)
    if interaction.closed_at:
        yield Line(interaction.closed_at, gettext("Ended"), 9)


def _stay(entry: QueueEntry) -> Iterator[Line]:
    where = entry.queue.name if entry.queue else gettext("for one agent")
    waits = gettext("Waits in {where}") if entry.queue else gettext("Waits {where}")
    yield Line(entry.entered_at, waits.format(where=where), 1)
    if entry.left_at and entry.exit_type != ExitType.SUCCESS:
        yield Line(
            entry.left_at,
            gettext("Left {where} after {span}").format(where=where, span=span(entry.left_at - entry.entered_at)),
            4,
        )


def _part(offer: WorkOffer, reader: User) -> Iterator[Line]:
    mine = offer.agent.user_id == reader.pk
    who = gettext("You") if mine else offer.agent.user.name
    if offer.answered_at:
        after = span(offer.answered_at - offer.offered_at)
        withdrawn = gettext("Offer to you withdrawn") if mine else gettext("Offer to {who} withdrawn").format(who=who)
        yield Line(
            offer.answered_at,
            {
                Outcome.ACCEPTED: gettext("{who} accepted after {after}").format(who=who, after=after),
                Outcome.REJECTED: gettext("{who} rejected it").format(who=who),
                Outcome.TIMED_OUT: gettext("{who} did not answer within {after}").format(who=who, after=after),
                Outcome.CANCELLED: withdrawn,
            }[Outcome(str(offer.outcome))],
            2,
        )
    if offer.left_at and offer.left_at != offer.ended_at:
        yield Line(offer.left_at, gettext("{who} went to wrap-up").format(who=who), 6)
    if offer.ended_at and offer.outcome == Outcome.ACCEPTED:
        yield Line(offer.ended_at, gettext("{who} finished").format(who=who), 7)
