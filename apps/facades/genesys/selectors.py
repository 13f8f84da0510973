"""Finding interactions, and how an agent stands to them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.accounts.models import User
from apps.agents.models import Agent, Channel
from apps.common import clock
from apps.common.errors import NotFound
from apps.common.public_ids import genesys_key
from apps.engagements.models import EngagementInteraction
from apps.engagements.snapshot import snapshot
from apps.engagements.written import with_writing
from apps.facades.genesys.payloads.interactions import View, present_part
from apps.queues.models import OfferState, QueueEntry, WorkOffer
from apps.queues.operations.line import on_the_line
from apps.queues.operations.live import consult_of, part

Interactions = QuerySet[EngagementInteraction]


def by_id(interactions: Interactions, public_id: str) -> EngagementInteraction:
    """Raises NotFound: what does not exist and what the caller may not see are not told apart."""
    key = genesys_key(public_id)
    found = interactions.filter(pk=key).first() if key and key < 2**63 else None
    if found is None:
        raise NotFound("no such interaction")
    return found


def offered_to(agent: Agent) -> Interactions:
    """What was ever offered to the agent: all that the agent may operate on."""
    parts = WorkOffer.objects.filter(agent=agent).values("interaction_id")
    return EngagementInteraction.objects.filter(pk__in=parts)


def in_hand(agent: Agent) -> Interactions:
    """What the agent is offered, works on or wraps up."""
    parts = WorkOffer.objects.filter(agent=agent).exclude(state=OfferState.ENDED).values("interaction_id")
    return EngagementInteraction.objects.filter(pk__in=parts)


def visible_to(user: User) -> Interactions:
    return EngagementInteraction.objects.visible_to(user)


def active(user: User) -> Interactions:
    return EngagementInteraction.objects.visible_to(user).live()


def seen_by(agent: Agent | None, interactions: Interactions, *, open_parts_only: bool = False) -> Interactions:
    """The interactions with what `views` needs to tell how the agent, if any, stands to each."""
    parts = WorkOffer.objects.filter(agent=agent) if agent else WorkOffer.objects.none()
    if open_parts_only:
        parts = parts.exclude(state=OfferState.ENDED)
    parts = parts.select_related("agent__user", "queue_entry__queue", "segment").order_by("offered_at", "id")
    open_parts = WorkOffer.objects.exclude(state=OfferState.ENDED).select_related("agent__user", "segment")
    stays = QueueEntry.objects.filter(left_at=None).select_related("queue", "segment")
    return (
        with_writing(interactions)
        .select_related("handler__user", "workbin")
        .prefetch_related(
            Prefetch("offers", parts, to_attr="parts_of_viewer"),
            Prefetch("offers", open_parts, to_attr="open_parts"),
            Prefetch("queue_entries", stays, to_attr="open_stays"),
        )
    )


def views(seen: Iterable[EngagementInteraction]) -> list[View]:
    """Each interaction as the agent sees it, or, without an agent, as it is for everybody else."""
    return [_view(interaction) for interaction in seen]


def view(interaction: EngagementInteraction, agent: Agent | None) -> View:
    return views(seen_by(agent, EngagementInteraction.objects.filter(pk=interaction.pk)))[0]


def _view(interaction: Any) -> View:
    queue = next((stay.queue.name for stay in interaction.open_stays if stay.queue), None)
    is_call = interaction.channel == Channel.VOICE
    consult = consult_of(interaction.open_parts, next(iter(interaction.open_stays), None))
    return View(
        snapshot(interaction, queue, consult, on_the_line(interaction.open_parts) if is_call else ()),
        present_part([part(offer) for offer in interaction.parts_of_viewer]),
        str(interaction.handler.user.uuid) if interaction.handler else None,
        clock.now(),
    )
