"""Work that takes too long for a request: who wanted it, how far it is, and what came of it."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from uuid6 import uuid7

from apps.common import clock
from apps.common.words import later as _
from apps.tenants.models import TenantModel


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})


class Job(TenantModel):
    """One piece of background work. A worker holds it by a claim, which a worker that was killed stops renewing."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(max_length=40, help_text="Names the function that does it (`registry`).")
    title = models.CharField(max_length=200, help_text="What a person reads.")
    parameters: Any = models.JSONField(default=dict)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="en", help_text="Of all that it says and writes.")
    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.QUEUED)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, help_text="Empty: not known.")
    outcome = models.CharField(max_length=500, blank=True, help_text="What came of it, or why nothing did.")
    file = models.CharField(max_length=80, blank=True, help_text="Among the files (`files`), as long as they are kept.")
    file_name = models.CharField(max_length=200, blank=True, help_text="What it is called when it is taken away.")
    is_unwanted = models.BooleanField(default=False, help_text="Somebody asked for it to stop.")
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uuid"], name="job_uuid_unique"),
            models.CheckConstraint(
                condition=Q(state=JobState.QUEUED, claim=None, ended_at=None)
                | Q(state=JobState.RUNNING, claim__isnull=False, claimed_until__isnull=False, ended_at=None)
                | (~Q(state__in=sorted(OPEN)) & Q(claim=None, ended_at__isnull=False)),
                name="job_state_fits_claim",
            ),
            models.CheckConstraint(condition=Q(total=None) | Q(done__lte=F("total")), name="job_done_within_total"),
        ]
        indexes = [
            models.Index("tenant", "id", name="job_open", condition=Q(state__in=sorted(OPEN))),
            models.Index("tenant", "by", F("id").desc(), name="job_by"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
