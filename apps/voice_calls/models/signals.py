"""What an intelligence service noticed in a conversation."""

from django.db import models

from apps.common.words import later as _
from apps.tenants.models import TenantModel


class ConversationSignal(TenantModel):
    """One event of a conversation: a category, or how somebody felt (voice 7). The same one sent again replaces it."""

    class Participant(models.TextChoices):
        AGENT = "AGENT", _("Agent")
        CUSTOMER = "CUSTOMER", _("Customer")

    interaction = models.ForeignKey("engagements.EngagementInteraction", models.CASCADE, related_name="signals")
    service = models.CharField(max_length=255)
    type = models.CharField(max_length=80)
    value = models.CharField(max_length=255, help_text="A category, or a score from -1000 to 1000.")
    score = models.CharField(max_length=40, blank=True, help_text="How sure the service is, 0 to 1000.")
    participant = models.CharField(max_length=8, choices=Participant.choices, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_afterwards = models.BooleanField(default=False, help_text="Told after the conversation, as a whole.")
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "interaction", "type", "participant", "started_at", "is_afterwards"],
                name="conversation_signal_unique",
            ),
        ]
