"""A small directory of the CRM's people and records, so that a phone number and an id become a name."""

import re

from django.db import models
from uuid6 import uuid7

from apps.common.stamped import Stamped
from apps.objects.house import STAMPS, readable
from apps.objects.registry import READ_ONLY, SObject, add
from apps.tenants.models import TenantModel


class CrmRecord(Stamped, TenantModel):
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
        indexes = [
            models.Index("tenant", "phone_key", name="crm_record_phone"),
            models.Index("tenant", "name", models.F("id").desc(), name="crm_record_name"),
        ]

    def __str__(self) -> str:
        return self.name


# The CRM's objects whose prefixes are publicly known (engagement 5.4, sobjects 3).
CRM_PREFIXES = {
    "001": "Account",
    "003": "Contact",
    "006": "Opportunity",
    "00Q": "Lead",
    "02i": "Asset",
    "08p": "ServiceAppointment",
    "0Mw": "MessagingSession",
    "0Z5": "Visit",
    "500": "Case",
    "801": "Order",
}
PEOPLE = frozenset({"Account", "Contact", "Lead"})  # who have a phone number


def _make_readable(prefix: str, name: str) -> None:
    """Each is a view of the one table: what references name can be read and queried (P-43)."""
    contact = [
        ("phone", readable("Phone", type="phone", length=40, nillable=True)),
        ("email", readable("Email", type="email", length=254, nillable=True)),
    ]
    label = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    add(
        SObject(
            name,
            CrmRecord,
            prefix,
            label,
            {"Opportunity": "Opportunities"}.get(label, f"{label}s"),
            READ_ONLY | {"search"},
            own_fields=[("name", readable("Name", length=255)), *(contact if name in PEOPLE else []), *STAMPS],
            own_rows=lambda: CrmRecord.objects.filter(object_name=name),
            text_id="record_id",
        )
    )


for _prefix, _name in CRM_PREFIXES.items():
    _make_readable(_prefix, _name)
