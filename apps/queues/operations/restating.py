"""The telephone system's clock is nearer to the call than ours: what it tells of one leg replaces our times (M-21).

These write rows alone, for an operation that has locked the interaction and tells of the change itself.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db.models import Model

from apps.agents.models import Agent
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.updating import save
from apps.engagements.models import Conversation, EngagementInteraction
from apps.queues.models import EndType, ExitType, Hold, Outcome, QueueEntry, Segment, WorkOffer
from apps.queues.models.journal import CancelCause
from apps.tenants.selecting import Select


@dataclass(frozen=True)
class Told:
    """The instants of one leg as the telephone system knows them; None where it has not said."""

    started: datetime | None = None
    entered: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None


def restate(interaction: EngagementInteraction, leg: Segment, told: Told) -> bool:
    """Put the leg's rows at these times. False, with nothing written, where anything would run backwards."""
    if not _in_order(astuple(told)):
        return False
    rows = _Rows(interaction, leg)
    if told.started:
        rows.start(told.started)
    if told.entered and rows.stay:
        rows.stay.entered_at = told.entered
    if told.answered and rows.part and rows.part.answered_at:
        rows.answer(rows.part, told.answered)
    if told.ended and leg.ended_at:
        rows.end(told.ended)
    if not rows.in_order():
        interaction.refresh_from_db()
        leg.refresh_from_db()
        return False
    rows.save()
    return True


_LAST_STAY = Select(
    lambda leg: QueueEntry.objects.filter(segment_id=leg).order_by("-entered_at", "-id")[:1], numbers=["leg"]
)
_OFFERS = Select(
    lambda leg: WorkOffer.objects.filter(segment_id=leg).select_related("agent").order_by("id"), numbers=["leg"]
)
_CONVERSATION = Select(
    lambda interaction: Conversation.objects.filter(interaction_id=interaction), numbers=["interaction"]
)
_HOLDS = Select(lambda leg: Hold.objects.filter(segment_id=leg).order_by("id"), numbers=["leg"])


class _Rows:
    """What the journal and the record hold of one leg."""

    def __init__(self, interaction: EngagementInteraction, leg: Segment) -> None:
        self.interaction, self.leg = interaction, leg
        self.stay = _LAST_STAY.first(leg=leg.pk)
        self.offers = _OFFERS(leg=leg.pk)
        self.part = next((offer for offer in self.offers if offer.outcome == Outcome.ACCEPTED), None)
        self.conversation = _CONVERSATION.first(interaction=interaction.pk)
        self.holds = _HOLDS(leg=leg.pk)
        user = self.part.agent.user_id if self.part else None
        attendees = EngagementAttendee.objects.filter(engagement=interaction, internal_attendee=user)
        self.attendee = attendees.order_by("start_date_time", "id").last() if user else None
        self.before = [(row, vars(row).copy()) for row in self._all()]

    def start(self, at: datetime) -> None:
        old, self.leg.started_at = self.leg.started_at, at
        if self.part and self.part.queue_entry_id is None:  # begun with the leg, by an agent who dialled
            for column in ("offered_at", "answered_at", "talk_started_at"):
                if getattr(self.part, column) == old:
                    setattr(self.part, column, at)
        if self.leg.number:
            return
        if self.interaction.start_date_time == clock.to_second(old):  # unless somebody has written another
            self.interaction.start_date_time = clock.to_second(at)
        self.interaction.opened_at = at
        if self.conversation:
            self.conversation.started_at = at

    def answer(self, part: WorkOffer, at: datetime) -> None:
        old, part.answered_at = part.answered_at, at
        part.offered_at = min(part.offered_at, at)  # which the other clock does not know
        if part.talk_started_at == old:
            part.talk_started_at = at
        if self.stay and self.stay.exit_type == ExitType.SUCCESS:
            self.stay.left_at = at
        if self.attendee and old and self.attendee.start_date_time == clock.to_second(old):
            self.attendee.start_date_time = clock.to_second(at)

    def end(self, at: datetime) -> None:
        """Everything that ended with the leg ends then."""
        old = self.leg.ended_at
        if old is None:
            return
        self.leg.ended_at = at
        ending: list[tuple[object, str]] = [(self.interaction, "customer_left_at"), (self.interaction, "closed_at")]
        ending += [(self.stay, "left_at")] if self.stay and self.stay.exit_type != ExitType.SUCCESS else []
        ending += [(self.part, "left_at"), (self.part, "ended_at")] if self.part else []
        ending += [(offer, column) for offer in self._refused() for column in ("answered_at", "ended_at")]
        ending += [(self.conversation, "ended_at")] if self.conversation else []
        for row, column in [*ending, *((hold, "ended_at") for hold in self.holds)]:
            if getattr(row, column) == old:
                setattr(row, column, at)
        for record in self._records():
            if record.end_date_time == clock.to_second(old):
                record.end_date_time = clock.to_second(at)

    def in_order(self) -> bool:
        """Whether each row's times follow each other, and the leg's rows lie within the leg."""
        leg, stay, part = self.leg, self.stay, self.part
        orders: list[tuple[datetime | None, ...]]
        orders = [(leg.started_at, leg.ended_at), (self.interaction.opened_at, self.interaction.closed_at)]
        if stay:
            offered = min((offer.offered_at for offer in self.offers), default=None)
            orders += [(leg.started_at, stay.entered_at, stay.left_at, leg.ended_at), (stay.entered_at, offered)]
        if part:
            times = (part.offered_at, part.answered_at, part.talk_started_at, part.left_at, part.ended_at)
            orders.append((leg.started_at, *times))
        for offer in self._refused():
            left = stay.left_at if stay and offer.queue_entry_id == stay.pk else leg.ended_at
            orders += [(offer.offered_at, offer.answered_at, left), (offer.answered_at, offer.ended_at)]
        orders += [(hold.started_at, hold.ended_at) for hold in self.holds]
        orders += [(record.start_date_time, record.end_date_time) for record in self._records()]
        return all(_in_order(order) for order in orders)

    def _refused(self) -> list[WorkOffer]:
        """Offers that nobody took: refused, missed, or withdrawn because the caller had gone."""
        return [offer for offer in self.offers if offer.outcome and offer.outcome != Outcome.ACCEPTED]

    def _records(self) -> "list[EngagementInteraction | EngagementAttendee]":
        return [self.interaction, self.attendee] if self.attendee else [self.interaction]

    def _all(self) -> list[Model]:
        rows = (self.interaction, self.leg, self.stay, self.conversation, self.attendee, *self.offers, *self.holds)
        return [row for row in rows if row]

    def save(self) -> None:
        """Write what has moved, and nothing else."""
        for row, before in self.before:
            moved = [name for name, at in vars(row).items() if isinstance(at, datetime) and before[name] != at]
            if moved and isinstance(row, EngagementInteraction):
                row.system_modstamp = clock.now()
                moved.append("system_modstamp")
            if moved:
                save(row, *moved)


def _in_order(times: Iterable[datetime | None]) -> bool:
    told = [at for at in times if at]
    return told == sorted(told)


def answered_after_all(interaction: EngagementInteraction, leg: Segment, agent: Agent | None) -> None:
    """The caller had not given up: the telephone system tells late that somebody answered.

    By whom it was offered to here, if that is the agent; else by somebody whom nothing was offered to.
    """
    if leg.end_type != EndType.CUSTOMER_DISCONNECT:
        return
    cancelled = leg.offers.filter(agent=agent, cancel_cause=CancelCause.CUSTOMER_LEFT)
    part = cancelled.select_related("queue_entry").last() if agent else None
    if agent and part:
        _had_it(interaction, leg, part, agent)
    else:
        leg.end_type = EndType.INTERACTION_END
        leg.queue_entries.filter(left_at=leg.ended_at).update(exit_type=ExitType.INTERACTION_END)
        interaction.customer_left_at = interaction.customer_left_from = None
    leg.save()
    interaction.save()


def _had_it(interaction: EngagementInteraction, leg: Segment, part: WorkOffer, agent: Agent) -> None:
    part.outcome, part.cancel_cause = Outcome.ACCEPTED, None
    part.talk_started_at = part.left_at = part.answered_at
    part.save()
    if part.queue_entry:
        part.queue_entry.exit_type = ExitType.SUCCESS
        part.queue_entry.save(update_fields=["exit_type"])
    leg.end_type, leg.to_agent = EndType.SUCCESS, agent
    interaction.customer_left_from = "talk"
    interaction.owner = agent.user
    ended = clock.to_second(leg.ended_at or part.offered_at)
    EngagementAttendee.objects.create(
        engagement=interaction,
        internal_attendee=agent.user,
        start_date_time=ended,
        end_date_time=ended,
        owner=agent.user,
        created_by=agent.user,
        last_modified_by=agent.user,
    )
