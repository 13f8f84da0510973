"""What was brought in from elsewhere."""

from django.db import models

from apps.tenants.models import TenantModel


class ImportedInteraction(TenantModel):
    """A contact that came from a file, and what the file said of it: the same again changes nothing."""

    interaction = models.OneToOneField(
        "engagements.EngagementInteraction", models.CASCADE, primary_key=True, related_name="imported"
    )
    checksum = models.CharField(max_length=32)
