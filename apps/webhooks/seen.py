"""Which events a webhook is told of: those that whoever set it up may see (M-25)."""

from collections.abc import Sequence

from apps.accounts.models import User
from apps.agents.reach import agents_within
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.webhooks.models import WebhookEndpoint


def seen(endpoint: WebhookEndpoint, events: Sequence[Event]) -> list[Event]:
    """In scope, by the reach that its owner has now. Two queries for any number of events.

    Beside contacts and agents there are events of the house, such as jobs: those are for whom they are addressed to.
    """
    owner = endpoint.created_by
    if owner is None:
        return []
    if owner.sees_everything:
        return list(events)
    contacts, agents = _contacts(owner, events), _agents(owner, events)
    return [event for event in events if _is_seen(event, owner, contacts, agents)]


def _is_seen(event: Event, owner: User, contacts: set[int], agents: set[int]) -> bool:
    if event.interaction_id is not None:
        return event.interaction_id in contacts
    if event.agent_id is not None:
        return event.agent_id in agents
    return owner.pk == event.actor_id or owner.pk in event.audience


def _contacts(owner: User, events: Sequence[Event]) -> set[int]:
    keys = {event.interaction_id for event in events if event.interaction_id is not None}
    found = EngagementInteraction.with_deleted.get_queryset().visible_to(owner).filter(pk__in=keys)
    return set(found.order_by().values_list("pk", flat=True)) if keys else set()


def _agents(owner: User, events: Sequence[Event]) -> set[int]:
    keys = {event.agent_id for event in events if event.interaction_id is None and event.agent_id is not None}
    return set(agents_within(owner).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
