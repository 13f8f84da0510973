"""How far somebody sees among the interactions (M-25). Asked for with `visible_to`; nobody else puts it together."""

from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.accounts.roles import Reach
from apps.agents.reach import agents_within, queues_within
from apps.engagements.lifecycle import LIVE


def seen_by(user: User, model: type[Model]) -> Q:
    """The condition on interactions. Each part is an EXISTS: for one record PostgreSQL looks that up, for a list it
    gathers the keys once."""
    if permits(user, Permission.INTERACTIONS_API_READ_ALL):
        return within(user, model)
    return (Q(stage__in=LIVE) | _mine(user, model)) & within(user, model)


def within(user: User, model: type[Model]) -> Q:
    """Of own teams or queues, and the user's own work whatever team or queue it came by; without a limit, all."""
    part = _Parts(model)
    match user.reach:
        case Reach.ALL:
            return Q()
        case Reach.TEAMS:
            people = agents_within(user)
            waiting = part.exists("queue_entries", left_at=None, queue__in=queues_within(user))
            theirs = Q(owner__in=people.values("user")) | part.exists("offers", agent__in=people) | waiting
        case _:
            theirs = part.exists("queue_entries", queue__in=queues_within(user))
    return theirs | _mine(user, model)


def _mine(user: User, model: type[Model]) -> Q:
    """What the user owns, was offered or attended."""
    part = _Parts(model)
    return Q(owner=user) | part.exists("offers", agent__user=user) | part.exists("attendees", internal_attendee=user)


class _Parts:
    """Rows that refer to the interaction, some of them in apps above this one."""

    def __init__(self, model: type[Model]) -> None:
        self._meta: Any = model._meta

    def exists(self, accessor: str, **conditions: Any) -> Q:
        link = self._meta.get_field(accessor)
        rows = getattr(link.related_model, "with_deleted", link.related_model.objects).filter(
            **{link.field.name: OuterRef("pk")}, **conditions
        )
        return Q(Exists(rows))
