"""A live interaction under lock, while one operation changes it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.common import clock
from apps.common.errors import NotAllowed, NotFound
from apps.engagements import lifecycle
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.engagements.snapshot import snapshot
from apps.events.catalogue import Part
from apps.events.ledger import publish
from apps.queues.models import OfferState, QueueEntry, WorkOffer
from apps.queues.operations.followers import followers

Actor = User | Agent | None


@dataclass
class Live:
    """The interaction, its open stay and its open offers, all locked (M-06), and what has been done to them."""

    interaction: EngagementInteraction
    at: datetime
    by: Actor
    entry: QueueEntry | None = None
    offers: list[WorkOffer] = field(default_factory=list)  # not yet ended when the operation began
    changes: dict[str, Any] = field(default_factory=dict)

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
            raise NotAllowed("this is no longer yours")
        raise NotFound("no such interaction")

    def own_work(self) -> WorkOffer:
        """The part that whoever asks works on; the handler's, if a telephone system or a supervisor asks.

        Raises NotFound as `part_of`, NotAllowed unless that agent works on it.
        """
        if isinstance(self.by, Agent):
            found = self.part_of(self.by)
        else:
            found = next(part for part in self.working if part.agent_id == self.interaction.handler_id)
        if found.state != OfferState.WORKING:
            raise NotAllowed("you are not working on this")
        return found

    def move_to(self, stage: Stage, *, handler: Agent | None = None) -> None:
        if self.interaction.stage != stage:
            self.interaction.stage = stage
            self.interaction.stage_since = self.at
        self.interaction.handler = handler

    def finish(self, name: str, *, concerning: Agent | None = None, save: bool = True) -> EngagementInteraction:
        """Save the interaction, let the followers write, publish the one event."""
        if save:
            self._stamp()
            self.interaction.save()
        for follow in followers:
            follow(name, self)
        parts = [part(offer, self.entry) for offer in self.offers]
        publish(
            name,
            interaction_id=self.interaction.pk,
            agent_id=concerning.pk if concerning else None,
            by_id=user_id(self.by),
            audience=[each["user_id"] for each in parts],
            data={
                "interaction": snapshot(self.interaction, queue=self._queue_name()),
                "parts": parts,
                "changes": self.changes,
            },
            at=self.at,
        )
        return self.interaction

    def _stamp(self) -> None:
        """People's changes name them; what the clock or a telephone system does moves SystemModstamp alone (P-09)."""
        if who := user_id(self.by):
            self.interaction.touch(by_id=who)
        else:
            self.interaction.system_modstamp = clock.now()

    def _queue_name(self) -> str | None:
        queues = [self.entry] if self.entry else [offer.queue_entry for offer in self.offers]
        return next((entry.queue.name for entry in queues if entry and entry.queue), None)


def lock(interaction: EngagementInteraction, operation: str, *, by: Actor, at: datetime | None = None) -> Live:
    """Lock the interaction, then its open stay, then its open offers.

    Raises NotFound if it is gone, NotAllowed unless its stage allows the operation.
    """
    found = EngagementInteraction.objects.locked().filter(pk=interaction.pk).first()
    if found is None:
        raise NotFound("no such interaction")
    lifecycle.require(found, operation)
    entry = (
        QueueEntry.objects.locked().select_related("queue", "segment").filter(interaction=found, left_at=None).first()
    )
    offers = (
        WorkOffer.objects.locked()
        .select_related("agent__user", "queue_entry__queue", "segment")
        .filter(interaction=found)
        .exclude(state=OfferState.ENDED)
        .order_by("offered_at", "id")
    )
    live = Live(found, at or clock.now(), by, entry, list(offers))
    for offer in live.offers:
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
        state=offer.state,
        outcome=offer.outcome,
        cancel_cause=offer.cancel_cause,
        answered_at=_text(offer.answered_at),
        ended_at=_text(offer.ended_at),
        deadline_at=_text(offer.deadline_at),
        queue=stay.queue.name if stay and stay.queue else None,
    )


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
