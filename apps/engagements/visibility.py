"""Who sees which records: attendees, topics and calls as their interaction is seen (M-25)."""

from typing import Any

from django.db.models import Model, QuerySet

from apps.accounts.models import User
from apps.engagements.models import EngagementInteraction


def visible(model: type[Model], user: User) -> QuerySet[Any]:
    """The records of this kind in the tenant's scope that the user may see."""
    if model is EngagementInteraction:
        return EngagementInteraction.objects.visible_to(user)
    found: QuerySet[Any] = model.objects.all()  # type: ignore[attr-defined]
    if user.sees_everything:
        return found
    names = {field.name for field in model._meta.fields}
    link = next((name for name in ("engagement", "interaction") if name in names), None)
    return found.filter(**{f"{link}__in": EngagementInteraction.objects.visible_to(user)}) if link else found
