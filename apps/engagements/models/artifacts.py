"""Files that belong to an interaction (cxengage 12.4)."""

from typing import Any

from django.db import models
from uuid6 import uuid7

from apps.common import clock
from apps.tenants.models import TenantModel

LARGEST_FILE = 25 * 1024 * 1024  # bytes
MOST_FILES = 50  # of one artifact


class ArtifactFile(TenantModel):
    uuid = models.UUIDField(default=uuid7, editable=False)
    artifact = models.ForeignKey("engagements.Artifact", models.CASCADE, related_name="stored")
    field = models.CharField(max_length=40, help_text="What it is of the artifact: body, attachment, manifest, ...")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.PositiveIntegerField(help_text="Bytes.")
    content: Any = models.BinaryField()
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "uuid"], name="artifact_file_uuid_unique")]

    def __str__(self) -> str:
        return self.name
