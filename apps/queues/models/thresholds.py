"""From when the live board calls for a look."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext

from apps.queues.models.setup import Queue
from apps.tenants.models import TenantModel


def _seconds(name: str, text: str) -> "models.PositiveIntegerField[int | None, int | None]":
    return models.PositiveIntegerField(
        name, null=True, blank=True, validators=[MaxValueValidator(30 * 86400)], help_text=f"Seconds. {text}"
    )


def _percent(name: str, text: str) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(
        name, null=True, blank=True, validators=[MaxValueValidator(100)], help_text=text
    )


class Threshold(TenantModel):
    """What is amber and red on the live board, for one queue or (without) for all that say nothing themselves."""

    queue = models.OneToOneField(
        Queue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="threshold",
        help_text="Empty: for every queue that has no number of its own, and for agents.",
    )
    service_level_near = _percent(
        "service level close below", "Per cent. Empty: the target of the queue's service-level rule."
    )
    service_level_below = _percent("service level breached below", "Per cent. Empty: ten below the target.")
    longest_wait_s = _seconds(
        "longest wait", "Red above it, amber from three quarters. Empty: two minutes, or the rule's own time if longer."
    )
    waiting = models.PositiveIntegerField(
        "waiting at once", null=True, blank=True, help_text="Red above it. Empty: never."
    )
    wrap_up_s = _seconds("wrap-up", "Of an agent. Empty: five minutes. Counts only where no queue is named.")
    away_s = _seconds("not ready", "Of an agent. Empty: half an hour. Counts only where no queue is named.")
    stuck_s = _seconds(
        "stuck",
        "A contact in the flow or in wrap-up this long is stuck. Empty: fifteen minutes. Counts only where no queue is "
        "named.",
    )

    class Meta:
        verbose_name = "board threshold"
        ordering = ["queue__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "queue"],
                nulls_distinct=False,
                name="threshold_of_queue_unique",
                violation_error_message="There are thresholds for this already: change those.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.queue) if self.queue else gettext("All queues")
