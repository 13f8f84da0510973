"""A live interaction under lock, while one operation changes it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Agent, Channel
from apps.common import clock
from apps.common.errors import NotAllowed, NotFound
from apps.common.updating import columns_of, save_changed, update
from apps.engagements import lifecycle
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.engagements.snapshot import snapshot
from apps.events.catalogue import Consult, Part
from apps.events.ledger import publish
from apps.queues.models import OfferState, QueueEntry, Segment, SegmentCause, Workbin, WorkOffer
from apps.queues.operations.followers import afterwards, followers
from apps.queues.operations.line import Line, changed_for, on_the_line
from apps.queues.operations.watching import told_of
from apps.tenants.selecting import Select

Actor = User | Agent | None


@dataclass
class Live:
    """The interaction, its open stay and its open offers, all locked (M-06), and what has been done to them."""

    interaction: EngagementInteraction
    at: datetime
    by: Actor
    entry: QueueEntry | None = None
    workbin: Workbin | None = None  # where it lay when the operation began
    offers: list[WorkOffer] = field(default_factory=list)  # not yet ended when the operation began
    changes: dict[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None  # the interaction's columns as they are stored, where that is known
    at_hand: dict[str, Any] = field(default_factory=dict)  # what a follower has read, for itself afterwards
    consult: Consult | None = None  # that there was when the operation began
    told_at: datetime | None = None  # when it is done, where that is not when it counts
    line: Line = field(default_factory=list)  # who talked then, on a call

    def __post_init__(self) -> None:
        self.at = clock.to_millisecond(self.at)  # the journal's resolution, whoever tells the time (M-05)

    @property
    def working(self) -> list[WorkOffer]:
        return self.in_state(OfferState.WORKING)

    def in_state(self, state: str) -> list[WorkOffer]:
        return [offer for offer in self.offers if offer.state == state]

    def part_of(self, agent: Agent) -> WorkOffer:
        """The agent's open part. Raises NotFound if there never was one: who asks may not learn more."""
        for offer in self.offers:
            if offer.agent_id == agent.pk:
                return offer
        if WorkOffer.objects.filter(interaction=self.interaction, agent=agent).exists():
            raise NotAllowed(gettext("this is no longer yours"))
        raise NotFound(gettext("no such interaction"))

    def own_work(self) -> WorkOffer:
        """The part that whoever asks works on; the handler's, if a telephone system or a supervisor asks.

        Raises NotFound as `part_of`, NotAllowed unless that agent works on it.
        """
        if isinstance(self.by, Agent):
            found = self.part_of(self.by)
        else:
            found = next(part for part in self.working if part.agent_id == self.interaction.handler_id)
        if found.state != OfferState.WORKING:
            raise NotAllowed(gettext("you are not working on this"))
        return found

    def require_not_handed_on(self, agent: Agent) -> None:
        """Raise NotAllowed if nothing but wrap-up is left to the agent, while the contact is others' or over for it."""
        is_last = self.interaction.stage == Stage.WRAP_UP and self.interaction.handler_id == agent.pk
        states = {part.state for part in self.offers if part.agent_id == agent.pk}
        if not is_last and states == {OfferState.WRAP_UP}:
            raise NotAllowed(gettext("you have handed this on"))

    def not_before(self, *moments: datetime | None) -> None:
        """What is done now cannot have happened earlier than any of these."""
        self.at = max([self.at, *filter(None, moments)])

    def move_to(self, stage: Stage, *, handler: Agent | None = None) -> None:
        if self.interaction.stage != stage:
            self.interaction.stage = stage
            self.interaction.stage_since = self.at
        self.interaction.handler = handler

    def finish(self, name: str, *, concerning: Agent | None = None, save: bool = True) -> EngagementInteraction:
        """Save the interaction, let the followers write, publish the one event."""
        if save:
            self._stamp()
            self._save()
        for follow in followers:
            follow(name, self)
        consult = consult_of(self.offers, self.entry)
        if self.consult and (consult is None or consult["leg"] != self.consult["leg"]):
            self.changes["consult_ended"] = self.consult
        if self.line and (users := changed_for((self.line, self.consult), (self._line(), consult))):
            self.changes["line_changed"] = users
        watchers = self._tell_workbins()
        self.tell(name, self.offers, self.changes, concerning=concerning, watchers=watchers)
        for follow in afterwards:
            follow(name, self)
        return self.interaction

    def tell(
        self,
        name: str,
        offers: Sequence[WorkOffer],
        changes: Mapping[str, Any],
        *,
        concerning: Agent | None = None,
        watchers: Collection[int] = (),
    ) -> None:
        """Publish an event to the agents of these parts and to the users who watch; nothing is written."""
        parts = [part(offer, self.entry) for offer in offers]
        publish(
            name,
            interaction_id=self.interaction.pk,
            agent_id=concerning.pk if concerning else None,
            by_id=user_id(self.by),
            audience=[*(each["user_id"] for each in parts), *watchers],
            data={
                "interaction": snapshot(
                    self.interaction, self._queue_name(), consult_of(self.offers, self.entry), self._line()
                ),
                "parts": parts,
                "changes": dict(changes),
            },
            at=self.told_at or self.at,
        )

    def _tell_workbins(self) -> set[int]:
        """Say what became of the workbins that it lay or lies in; returns who watches them."""
        before, after = self.workbin, self.interaction.workbin
        happened = {"updated": after} if before == after else {"removed": before, "added": after}
        told = {word: told_of(workbin) for word, workbin in happened.items() if workbin}
        if told:
            self.changes["workbins"] = told
        return {user for each in told.values() for user in each["watchers"]}

    def _save(self) -> None:
        if self.before is None:
            update([self.interaction])
        else:
            save_changed(self.interaction, self.before)
            self.before = columns_of(self.interaction)

    def _stamp(self) -> None:
        """People's changes name them; what the clock or a telephone system does moves SystemModstamp alone (P-09)."""
        if who := user_id(self.by):
            self.interaction.touch(by_id=who)
        else:
            self.interaction.system_modstamp = clock.now()

    def _line(self) -> Line:
        return on_the_line(self.offers) if self.interaction.channel == Channel.VOICE else []

    def _queue_name(self) -> str | None:
        queues = [self.entry] if self.entry else [offer.queue_entry for offer in self.offers]
        return next((entry.queue.name for entry in queues if entry and entry.queue), None)


_INTERACTION = Select(lambda key: EngagementInteraction.objects.locked().filter(pk=key), numbers=["key"])
_STAY = Select(
    lambda interaction: (
        QueueEntry.objects.locked()
        .select_related("queue", "segment")
        .filter(interaction_id=interaction, left_at=None)
        .order_by("id")[:1]
    ),
    numbers=["interaction"],
)
_PARTS = Select(
    lambda interaction: (
        WorkOffer.objects.locked()
        .select_related("agent__user", "queue_entry__queue", "segment")
        .filter(interaction_id=interaction)
        .exclude(state=OfferState.ENDED)
        .order_by("offered_at", "id")
    ),
    numbers=["interaction"],
)


def lock(interaction: EngagementInteraction, operation: str, *, by: Actor, at: datetime | None = None) -> Live:
    """Lock the interaction, then its open stay, then its open offers.

    Whoever waited for the lock with a clock read beforehand acts after what happened meanwhile, never before it.
    Raises NotFound if it is gone, NotAllowed unless its stage allows the operation.
    """
    found = _INTERACTION.first(key=interaction.pk)
    if found is None:
        raise NotFound(gettext("no such interaction"))
    lifecycle.require(found, operation)
    return _with_parts(found, _STAY.first(interaction=found.pk), by, at)


def lock_finishing(
    interaction: EngagementInteraction,
    operation: str,
    *,
    by: Agent,
    at: datetime | None,
    unless_handed_on: bool = False,
) -> Live:
    """As `lock`, for what an agent also does while wrapping up, wherever the contact has gone since (M-12).

    `unless_handed_on`: raises NotAllowed if it has gone, for a dialect in which that ends the agent's part.
    """
    live = lock(interaction, "end_wrap_up", by=by, at=at)
    if unless_handed_on:
        live.require_not_handed_on(by)
    if all(part.agent_id != by.pk for part in live.in_state(OfferState.WRAP_UP)):
        lifecycle.require(live.interaction, operation)
    return live


def take_up(entry: QueueEntry, operation: str, *, at: datetime) -> Live:
    """As `lock`, where the open stay has just been locked along with its interaction (`waiting.next_for`)."""
    lifecycle.require(entry.interaction, operation)
    return _with_parts(entry.interaction, entry, None, at)


def _with_parts(found: EngagementInteraction, entry: QueueEntry | None, by: Actor, at: datetime | None) -> Live:
    parts = _PARTS(interaction=found.pk)
    live = Live(found, at or clock.now(), by, entry, found.workbin, parts, before=columns_of(found))
    live.consult, live.line = consult_of(live.offers, entry), live._line()
    live.not_before(found.stage_since, entry.entered_at if entry else None)
    for offer in live.offers:
        live.not_before(offer.offered_at, offer.answered_at, offer.talk_started_at, offer.left_at)
        offer.interaction = found
    if entry:
        entry.interaction = found
    return live


def user_id(by: Actor) -> int | None:
    return by.user_id if isinstance(by, Agent) else by.pk if by else None


def part(offer: WorkOffer, entry: QueueEntry | None = None) -> Part:
    """How the offer's agent stands to the interaction, as an event carries it."""
    stay = offer.queue_entry or entry
    return Part(
        user_id=offer.agent.user_id,
        user_uuid=str(offer.agent.user.uuid),
        agent_id=offer.agent_id,
        agent_uuid=str(offer.agent.uuid),
        state=offer.state,
        outcome=offer.outcome,
        cancel_cause=offer.cancel_cause,
        leg=offer.segment.number,
        cause=offer.segment.cause,
        answered_at=_text(offer.answered_at),
        talk_started_at=_text(offer.talk_started_at),
        left_at=_text(offer.left_at),
        ended_at=_text(offer.ended_at),
        deadline_at=_text(offer.deadline_at),
        queue=stay.queue.name if stay and stay.queue else None,
        is_muted=bool(offer.muted_since) and offer.state == OfferState.WORKING,
        call=offer.segment.call,
    )


def consult_of(offers: Iterable[WorkOffer], entry: QueueEntry | None) -> Consult | None:
    """Who is being asked to take over, or has answered, while whoever asked works on. `offers`: all that are open."""
    working = [offer for offer in offers if offer.state == OfferState.WORKING]
    asking = {offer.agent_id for offer in working}
    answered = [offer for offer in working if _asks(offer.segment, asking - {offer.agent_id})]
    if answered:
        newest = max(answered, key=lambda offer: offer.segment.number)
        return _consult(newest.segment, newest, OfferState.WORKING)
    if entry is None or entry.left_at or not _asks(entry.segment, asking):
        return None
    offered = next((offer for offer in offers if offer.state == OfferState.OFFERED), None)
    return _consult(entry.segment, offered, OfferState.OFFERED if offered else "waiting")


def _asks(segment: Segment, working: Collection[int]) -> bool:
    return segment.cause == SegmentCause.TRANSFER and segment.by_agent_id in working


def _consult(leg: Segment, offer: WorkOffer | None, state: str) -> Consult:
    user = offer.agent.user if offer else None
    return Consult(
        leg=leg.number,
        by_agent_id=leg.by_agent_id or 0,
        state=state,
        user_uuid=str(user.uuid) if user else None,
        name=user.name if user else None,
        call=leg.call,
    )


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
