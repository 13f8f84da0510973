"""Who sees which records: attendees, topics and calls as their interaction is seen (M-25)."""

from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction
from apps.objects import viewing
from apps.objects.registry import SObject


def visible(sobject: SObject, user: User, *, with_deleted: bool = False) -> QuerySet[Any]:
    """The records of this object in the tenant's scope that the user may see, the recycle bin only if asked for.

    Beside each stands when the user last opened it, for who reads, filters or sorts by that.
    """
    found = _seen_by(sobject, user, with_deleted)
    return found.annotate(**viewing.dates(sobject, user)) if sobject.is_viewed else found


def _seen_by(sobject: SObject, user: User, with_deleted: bool) -> QuerySet[Any]:
    found = sobject.rows(with_deleted=with_deleted)
    if user.sees_everything:
        return found
    manager = EngagementInteraction.with_deleted if with_deleted else EngagementInteraction.objects
    interactions = manager.get_queryset().visible_to(user)
    if sobject.model is EngagementInteraction:
        return interactions
    names = {field.name for field in sobject.model._meta.fields}
    link = sobject.seen_through or next((name for name in ("engagement", "interaction") if name in names), None)
    return found.filter(**{f"{link}__in": interactions}) if link else found
