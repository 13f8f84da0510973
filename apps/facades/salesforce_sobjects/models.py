"""Where a client stands in a long answer is a row, so that any process can go on with it."""

from typing import ClassVar

from django.db import models

from apps.common.public_ids import salesforce_id
from apps.tenants.models import TenantModel


class QueryLocator(TenantModel):
    """A query whose answer takes several pages (P-25)."""

    PREFIX: ClassVar = "01g"
    names_people_in: ClassVar = "text"  # removed with a person whom it names (`privacy.asked`)

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    text = models.TextField()
    with_deleted = models.BooleanField()
    total = models.BigIntegerField(help_text="Counted once, told on every page.")
    places = models.JSONField(
        help_text="How many rows were given -> the last one's place in the order; of the newest pages."
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("tenant", "user", "created_at", name="query_locator_of_user")]

    def __str__(self) -> str:
        return salesforce_id(self.PREFIX, self.pk)
