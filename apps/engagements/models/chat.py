"""Who takes part in a chat, under which name."""

from django.db import models
from uuid6 import uuid7

from apps.common.words import later as _
from apps.tenants.models import TenantModel


class ParticipantKind(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")


class ChatParticipant(TenantModel):
    """The customer, or an agent. Who comes back is the same participant again."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    interaction = models.ForeignKey(
        "engagements.EngagementInteraction", models.CASCADE, related_name="chat_participants"
    )
    kind = models.CharField(max_length=8, choices=ParticipantKind.choices)
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="+")
    nickname = models.CharField(max_length=80)
    joined_at = models.DateTimeField(null=True, help_text="Empty: a name is chosen, but nobody is there yet.")
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "interaction", "agent"], name="chat_participant_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(kind=ParticipantKind.CUSTOMER, agent=None)
                | models.Q(kind=ParticipantKind.AGENT, agent__isnull=False),
                name="chat_participant_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname

    @property
    def is_there(self) -> bool:
        return self.joined_at is not None and self.left_at is None
