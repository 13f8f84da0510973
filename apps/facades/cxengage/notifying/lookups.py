"""What messages name beside what their events carry: read for many events in a fixed number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from apps.accounts.models import User
from apps.agents.models import AgentSession, NotReadyReason
from apps.engagements.models import MailMessage
from apps.events.models import Event
from apps.queues.models import Disposition, Queue, WorkOffer
from apps.tenants import scope


@dataclass(frozen=True)
class Lookups:
    """`offers`: the listener's parts, by interaction and leg."""

    user: User
    tenant_id: str
    session_id: str | None
    offers: dict[tuple[int, int], WorkOffer] = field(default_factory=dict)
    actors: dict[int, User] = field(default_factory=dict)
    reasons: dict[str, NotReadyReason] = field(default_factory=dict)
    dispositions: list[Disposition] = field(default_factory=list)
    mail: dict[str, int] = field(default_factory=dict)  # key by Message-ID

    def queue_of(self, offer: WorkOffer | None) -> Queue | None:
        return offer.queue_entry.queue if offer and offer.queue_entry else None


def looked_up(events: Collection[Event], user: User) -> Lookups:
    session = AgentSession.objects.filter(agent__user=user).order_by("-started_at", "-id").first()
    return Lookups(
        user,
        str(scope.tenant().uuid),
        str(session.uuid) if session else None,
        offers=_offers({event.interaction_id for event in events if event.interaction_id}, user),
        actors=_actors(event.actor_id for event in events if event.actor_id and event.actor_id != user.pk),
        reasons={each.name: each for each in NotReadyReason.objects.all()},
        dispositions=list(Disposition.objects.filter(is_active=True)),
        mail=_mail(events),
    )


def _offers(interactions: Collection[int], user: User) -> dict[tuple[int, int], WorkOffer]:
    """Of several on one leg, the newest."""
    rows = WorkOffer.objects.select_related("segment", "queue_entry__queue", "session")
    found = rows.filter(interaction__in=interactions, agent__user=user).order_by("offered_at", "id")
    return {(each.interaction_id, each.segment.number): each for each in found}


def _actors(keys: Iterable[int]) -> dict[int, User]:
    return {each.pk: each for each in User.objects.filter(tenant=scope.tenant(), pk__in=set(keys))}


def _mail(events: Collection[Event]) -> dict[str, int]:
    told = [event.data["interaction"]["mail"] for event in events if "interaction" in event.data]
    names = {message["message_id"] for mail in told for message in mail}
    if not names:
        return {}
    return dict(MailMessage.objects.filter(message_id__in=names).values_list("message_id", "pk"))
