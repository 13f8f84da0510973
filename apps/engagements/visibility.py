"""Who sees which records: attendees, topics, calls, recordings and so on as their interaction is seen (M-25)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.reach import Within
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.engagements.reach import keys_within
from apps.objects import viewing
from apps.objects.registry import SObject

_LINKS = ("engagement", "interaction")
_FEW = 2_000


def visible(sobject: SObject, user: User, *, with_deleted: bool = False, reach: Within | None = None) -> QuerySet[Any]:
    """The records of this object in the tenant's scope that the user may see, the recycle bin only if asked for.

    Beside each stands when the user last opened it, for who reads, filters or sorts by that.
    """
    found = _seen_by(sobject, user, with_deleted, reach)
    return found.annotate(**viewing.dates(sobject, user)) if sobject.is_viewed else found


def _seen_by(sobject: SObject, user: User, with_deleted: bool, reach: Within | None) -> QuerySet[Any]:
    found = sobject.rows(with_deleted=with_deleted)
    if user.sees_everything:
        return found
    manager = EngagementInteraction.with_deleted if with_deleted else EngagementInteraction.objects
    interactions = manager.get_queryset().visible_to(user, reach)
    if sobject.model is EngagementInteraction:
        return interactions
    if issubclass(sobject.model, CrmRecord):
        return found if permits(user, Permission.CONTACTS_READ) else found.none()
    paths = _paths(sobject)
    if not paths:
        return found
    if len(paths) == 1:
        return found.filter(**{f"{paths[0]}__in": interactions})
    seen = Q()
    for path in paths:  # with IN each alternative would gather all interactions that the user sees
        seen |= Q(owner=user) if path == "owner" else Q(Exists(interactions.filter(pk=OuterRef(path))))
    return found.filter(seen)


def gathered(sobject: SObject, user: User, found: QuerySet[Any], reach: Within) -> QuerySet[Any] | None:
    """What is `found` of `visible` rows by the keys of all that is within the user's reach, if that is little."""
    within = keys_within(user, EngagementInteraction, reach)
    keys = list(within[: _FEW + 1]) if within is not None else []
    if within is None or len(keys) > _FEW:
        return None
    if sobject.model is EngagementInteraction:
        return found.filter(pk__in=keys)
    paths = _paths(sobject)
    return found.filter(**{f"{paths[0]}__in": keys}) if len(paths) == 1 and paths[0] in _LINKS else None


def _paths(sobject: SObject) -> Sequence[str]:
    """The columns that lead to whatever a record is seen with."""
    links = [field.name for field in sobject.model._meta.fields if field.name in _LINKS]
    return sobject.seen_through or links[:1]
