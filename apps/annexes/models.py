"""What configuration knows beside our rows: keys that have no column, and lists that nothing here acts on."""

from django.db import models
from django.db.models.functions import Lower
from uuid6 import uuid7

from apps.common.stamped import Stamped
from apps.tenants.models import TenantModel


class Annex(Stamped, TenantModel):
    """Beside one of our rows (`about`, its key), or without one a thing of its own, such as a reason list."""

    kind = models.CharField(max_length=40, help_text="What it is, or what the row is.")
    about = models.BigIntegerField(null=True, blank=True)
    uuid = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    external_id = models.CharField(max_length=255, null=True, blank=True)
    is_shared = models.BooleanField(default=False, help_text="Cannot be undone.")
    is_active = models.BooleanField(default=True)
    content = models.JSONField(default=dict, blank=True, help_text="What else was sent, as it was sent.")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "about"], name="annex_about_once"),
            models.UniqueConstraint(fields=["tenant", "kind", "uuid"], name="annex_uuid_unique"),
            models.UniqueConstraint(
                "tenant", "kind", Lower("name"), condition=models.Q(about=None), name="annex_name_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.about}"
