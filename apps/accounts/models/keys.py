"""API keys: a name and a secret for a program, with a role that decides what it may call (cxengage 2.1)."""

from django.db import models
from django.db.models.functions import Lower
from uuid6 import uuid7

from apps.accounts.models.people import User
from apps.common.stamped import Stamped
from apps.tenants.models import TenantModel


class ApiKey(Stamped, TenantModel):
    """What is said of a key. It signs in, and leaves its traces, as a user of its own: the key is that user's name."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=255, blank=True)
    user = models.OneToOneField(User, models.CASCADE, related_name="api_key", editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "API key"
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="api_key_name_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="api_key_uuid_unique"),
        ]

    def __str__(self) -> str:
        return self.name
