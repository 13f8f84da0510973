"""What a telephone system was refused, and how much it may do."""

from django.db import models

from apps.common import clock
from apps.tenants.models import TenantModel
from apps.voice_calls.models.center import CallCenter


class RefusedRequest(TenantModel):
    """A request of a call centre that was answered with an error. Only the newest are kept; nothing of its body is."""

    call_center = models.ForeignKey(CallCenter, models.CASCADE, related_name="refusals")
    at = models.DateTimeField(default=clock.now)
    operation = models.CharField(max_length=300, help_text="Method and path.")
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=500)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "call_center", "-id"], name="refused_request_newest")]

    def __str__(self) -> str:
        return f"{self.operation}: {self.status} {self.code}"


class Pace(TenantModel):
    """How much of one kind all processes together have let through in the second that it was last asked about."""

    class Kind(models.TextChoices):
        CALLS = "calls"
        LINES = "lines"

    kind = models.CharField(max_length=5, choices=Kind.choices)
    second = models.PositiveBigIntegerField(help_text="Since 1970.")
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "kind"], name="pace_kind_unique")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
