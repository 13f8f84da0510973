"""How somebody wants to look at a list: views with a name, and what one person chose for all of them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from uuid6 import uuid7

from apps.common import clock
from apps.objects.records import user_link
from apps.tenants.models import TenantModel

MOST_COLUMNS = 40


def _columns(**options: Any) -> Any:
    return ArrayField(models.CharField(max_length=80), size=MOST_COLUMNS, default=list, blank=True, **options)


class SavedView(TenantModel):
    """Filters, columns and order of a list under a name. A shared one is for all to use, and its owner’s to change."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    list_name = models.CharField(max_length=40)
    owner = user_link()
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=4000, blank=True, help_text="Filters and order, as an address has them.")
    columns = _columns(help_text="Empty: as each reader chose.")
    is_shared = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uuid"], name="saved_view_uuid_unique"),
            models.UniqueConstraint(
                "tenant", "list_name", Lower("name"), condition=Q(is_shared=True), name="saved_view_shared_name_unique"
            ),
            models.UniqueConstraint("tenant", "owner", "list_name", Lower("name"), name="saved_view_own_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class ListChoice(TenantModel):
    """What one person wants of a list: these columns, and this view to begin with."""

    user = user_link()
    list_name = models.CharField(max_length=40)
    columns = _columns(help_text="Empty: the house's.")
    view = models.ForeignKey(SavedView, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "user", "list_name"], name="list_choice_unique")]
