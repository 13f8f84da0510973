"""Texts that agents need again and again."""

from django.db import models
from django.db.models.functions import Lower
from uuid6 import uuid7

from apps.agents.models import Agent
from apps.tenants.models import TenantModel


class CannedText(TenantModel):
    """A text that is put into a note, a chat or a message by its name: everybody's, or one agent's own."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    text = models.TextField(max_length=4000)
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, blank=True, related_name="canned_texts")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                "agent",
                Lower("name"),
                nulls_distinct=False,
                name="canned_text_unique",
                violation_error_message="There is a text of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
