"""A small directory of the CRM's people and records, so that a phone number and an id become a name."""

from django.db import models
from uuid6 import uuid7

from apps.tenants.models import TenantModel


class CrmRecord(TenantModel):
    """A record that lives in the CRM; its id is the CRM's, stored as it is (M-08). `uuid` is CxEngage's contactId."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    object_name = models.CharField("object", max_length=80, help_text="Account, Contact, Lead, Case, ...")
    record_id = models.CharField("record ID", max_length=64)
    name = models.CharField(max_length=255)
    phone = models.CharField(max_length=40, null=True, blank=True)
    phone_key = models.CharField(max_length=40, null=True, blank=True, editable=False)
    email = models.EmailField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "CRM record"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "record_id"], name="crm_record_id_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="crm_record_uuid_unique"),
        ]
        indexes = [models.Index("tenant", "phone_key", name="crm_record_phone")]

    def __str__(self) -> str:
        return self.name
