"""Who is told of events by HTTP, and how the telling went."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.common.stamped import Stamped
from apps.common.words import later as _
from apps.events.catalogue import CATALOGUE
from apps.events.reader import Position
from apps.tenants.models import TenantModel
from apps.webhooks.signing import new_secret


def event_choices() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(CATALOGUE)]


class WebhookEndpoint(Stamped, TenantModel):
    """An address that is told of the tenant's events, in order, after its own position in the ledger.

    One message is under way at a time. While it fails, those behind it wait in the ledger; nothing is copied.
    """

    own_parts: ClassVar = ("webhooks.webhookdelivery.endpoint",)

    name = models.CharField(max_length=80)
    url = models.URLField("address", max_length=500, help_text="Each event is posted here. Redirects are not followed.")
    event_names: "ArrayField[Any, Any]" = ArrayField(
        models.CharField(max_length=40, choices=event_choices),
        default=list,
        blank=True,
        verbose_name="events",
        help_text="None chosen: all of them.",
    )
    is_active = models.BooleanField(default=True, help_text="Switched on again, it goes on where it stopped.")
    secret = models.CharField(max_length=120, default=new_secret, editable=False)
    former_secret = models.CharField(max_length=120, blank=True, editable=False)
    former_secret_until = models.DateTimeField(null=True, editable=False, help_text="Until then both sign.")

    # Where it stands. Everything up to the position is dealt with.
    position_xid = models.BigIntegerField(editable=False)
    position_id = models.BigIntegerField(default=0, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="In a row.")
    failing_since = models.DateTimeField(null=True, editable=False)
    next_attempt_at = models.DateTimeField(null=True, editable=False, help_text="Not before; null: at once.")
    switched_off_because = models.CharField(max_length=200, blank=True, editable=False)
    # Which worker posts at present, and until when nobody else may. A worker that was killed stops renewing it.
    claim = models.UUIDField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "webhook"
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="webhook_name_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def position(self) -> Position:
        return Position(self.position_xid, self.position_id)

    @position.setter
    def position(self, reached: Position) -> None:
        self.position_xid, self.position_id = reached.xid, reached.id


class WebhookDelivery(TenantModel):
    """One event for one endpoint, from the first attempt on."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Is tried again")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    event_xid = models.BigIntegerField()
    event_id = models.BigIntegerField()
    event_name = models.CharField(max_length=40)
    event_at = models.DateTimeField()
    interaction_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    first_attempt_at = models.DateTimeField()
    last_attempt_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    asked_again_at = models.DateTimeField(null=True, help_text="Somebody wants it sent once more.")

    class Meta:
        verbose_name = "webhook delivery"
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint("endpoint", "event_xid", "event_id", name="webhook_delivery_event"),
        ]
        indexes = [
            models.Index("tenant", "last_attempt_at", "id", name="webhook_delivery_time"),
            models.Index(
                "tenant",
                "last_attempt_at",
                "id",
                name="webhook_delivery_failed",
                condition=~models.Q(state="delivered"),
            ),
            models.Index("tenant", "interaction_id", name="webhook_delivery_about"),
            models.Index("tenant", "event_name", "last_attempt_at", "id", name="webhook_delivery_name"),
            models.Index(
                "endpoint", "id", name="webhook_delivery_again", condition=models.Q(asked_again_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        """The `webhook-id`: the same at every attempt, so that a receiver can tell a repetition."""
        return message_id(self.event_xid, self.event_id)


class WebhookAttempt(TenantModel):
    """One request and what came of it."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Of the answer; null: there was none.")
    duration_ms = models.PositiveIntegerField()
    excerpt = models.TextField(blank=True, help_text="The beginning of the answer, or why there was none.")
    by_hand = models.BooleanField(default=False)

    class Meta:
        verbose_name = "attempt"

    def __str__(self) -> str:
        return str(self.status or self.excerpt)


def message_id(xid: int, key: int) -> str:
    return f"evt_{xid}-{key}"
