"""How far somebody sees among the interactions (M-25). Asked for with `visible_to`; nobody else puts it together."""

from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.accounts.roles import Reach
from apps.agents.reach import Within
from apps.engagements.lifecycle import LIVE


def seen_by(user: User, model: type[Model], reach: Within | None = None) -> Q:
    """The condition on interactions. Each part is an EXISTS: for one record PostgreSQL looks that up, for a list it
    gathers the keys once; lists say whose keys (`reach`), so that it knows which is less."""
    if permits(user, Permission.INTERACTIONS_API_READ_ALL):
        return within(user, model, reach)
    return (Q(stage__in=LIVE) | _mine(user, model, reach or Within.of(user))) & within(user, model, reach)


def within(user: User, model: type[Model], reach: Within | None = None) -> Q:
    """Of own teams or queues, and the user's own work whatever team or queue it came by; without a limit, all."""
    if user.reach == Reach.ALL:
        return Q()
    part, reach = _Parts(model), reach or Within.of(user)
    if user.reach == Reach.TEAMS:
        waiting = part.exists("queue_entries", left_at=None, queue__in=reach.queues)
        theirs = Q(owner__in=reach.users) | part.exists("offers", agent__in=reach.agents) | waiting
    else:
        theirs = part.exists("queue_entries", queue__in=reach.queues)
    return theirs | _mine(user, model, reach)


def _mine(user: User, model: type[Model], reach: Within) -> Q:
    """What the user owns, was offered or attended."""
    part = _Parts(model)
    offered = part.exists("offers", agent__in=reach.own)
    return Q(owner=user) | offered | part.exists("attendees", internal_attendee=user)


def keys_within(user: User, model: type[Model], reach: Within) -> QuerySet[Any, Any] | None:
    """The keys of what `within` leaves, gathered from their own indexes: cheap where that is little. Nothing without a
    limit, or where the role itself limits."""
    if user.reach == Reach.ALL or not permits(user, Permission.INTERACTIONS_API_READ_ALL):
        return None
    part = _Parts(model)
    own = [
        part.keys(owner=user),
        part.linked("offers", agent__in=reach.own),
        part.linked("attendees", internal_attendee=user),
    ]
    if user.reach == Reach.TEAMS:
        own += [
            part.keys(owner__in=reach.users),
            part.linked("offers", agent__in=reach.agents),
            part.linked("queue_entries", left_at=None, queue__in=reach.queues),
        ]
    else:
        own.append(part.linked("queue_entries", queue__in=reach.queues))
    return own[0].union(*own[1:], all=True)


class _Parts:
    """Rows that refer to the interaction, some of them in apps above this one."""

    def __init__(self, model: type[Model]) -> None:
        self._model, self._meta = model, _meta(model)

    def exists(self, accessor: str, **conditions: Any) -> Q:
        link, rows = self._rows(accessor)
        return Q(Exists(rows.filter(**{link.field.name: OuterRef("pk")}, **conditions)))

    def linked(self, accessor: str, **conditions: Any) -> QuerySet[Any, Any]:
        """Keys of interactions."""
        link, rows = self._rows(accessor)
        found: QuerySet[Any, Any] = rows.filter(**conditions).order_by().values_list(link.field.attname, flat=True)
        return found

    def keys(self, **conditions: Any) -> QuerySet[Any, Any]:
        rows: Any = self._model.with_deleted  # type: ignore[attr-defined]
        found: QuerySet[Any, Any] = rows.filter(**conditions).order_by().values_list("pk", flat=True)
        return found

    def _rows(self, accessor: str) -> tuple[Any, Any]:
        link = self._meta.get_field(accessor)
        return link, getattr(link.related_model, "with_deleted", link.related_model.objects).all()


def _meta(model: type[Model]) -> Any:
    return model._meta
