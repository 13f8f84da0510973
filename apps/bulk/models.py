"""What a bulk action did to each record: written with the change itself, so that neither is there without the other."""

from typing import Any

from django.db import models

from apps.common.words import later as _
from apps.jobs.models import Job
from apps.tenants.models import TenantModel

LONGEST_SAID = 300


class Outcome(models.TextChoices):
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Was so already")
    LEFT = "left", _("Left as it was")


class BulkRow(TenantModel):
    """One record that a job came to. Whoever begins the job anew passes it over."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="bulk_rows")
    key = models.BigIntegerField(help_text="Of the record.")
    name = models.CharField(max_length=255, help_text="The record's, as it was then.")
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    said = models.CharField(max_length=LONGEST_SAID, blank=True, help_text="Why it was left.")
    before: Any = models.JSONField(null=True, help_text="What was changed, as a form holds it.")
    after: Any = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "job", "key"], name="bulk_row_once")]
        indexes = [models.Index("tenant", "job", "outcome", "id", name="bulk_row_outcome")]
