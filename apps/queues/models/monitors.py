"""Supervisors on other people's calls: who listens, whispers or has barged in."""

from django.db import models
from uuid6 import uuid7

from apps.common.words import later as _
from apps.engagements.models import EngagementInteraction
from apps.tenants.models import TenantModel


class MonitorMode(models.TextChoices):
    LISTEN = "listen", _("Listen")
    WHISPER = "whisper", _("Whisper")
    BARGE_IN = "barge_in", _("Barge in")


class Monitor(TenantModel):
    """One stretch of it. Left open, it ends with the conversation; whoever reads works that out."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    interaction = models.ForeignKey(EngagementInteraction, models.CASCADE, related_name="monitors")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8, choices=MonitorMode.choices, default=MonitorMode.LISTEN)
    extension = models.JSONField(default=dict, help_text="Where the listener hears it, as the client said.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uuid"], name="monitor_uuid_unique"),
            models.UniqueConstraint(
                fields=["tenant", "interaction", "user"], condition=models.Q(ended_at=None), name="monitor_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="monitor_in_order",
            ),
        ]
