"""What people did that is no event of a contact: settings, roles, sign-ins, looks at other people's data."""

from typing import Any, ClassVar

from django.db import models

from apps.common import clock
from apps.common.words import later as _
from apps.tenants import scope
from apps.tenants.models import Tenant, TenantModel


class Action(models.TextChoices):
    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    REMOVED = "removed", _("Removed")
    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Could not sign in")
    SIGNED_OUT = "signed_out", _("Signed out")
    ROWS_OPENED = "rows_opened", _("Opened the rows behind a figure")
    STEERED = "steered", _("Steered from the board")
    RETAINED = "retention", _("Removed what was old")
    FOUND_PERSON = "found_person", _("Looked for a person’s data")
    TAKEN_OUT = "person_exported", _("Took a person’s data out")
    ERASED = "person_erased", _("Erased a person’s data")


class AuditEntry(TenantModel):
    """One row for each; rows are only ever added, and the role that works here may do nothing else to them.

    Names stand here as they were then: who is renamed or gone is still known. Nothing has a foreign key, as in the
    ledger, and for the same reasons.
    """

    is_append_only: ClassVar = True  # told to the database after each migration (`tenants.apps`)

    tenant = models.ForeignKey(
        Tenant, models.DO_NOTHING, default=scope.tenant_id, editable=False, related_name="+", db_constraint=False
    )
    at = models.DateTimeField(default=clock.now)
    action = models.CharField(max_length=16, choices=Action.choices)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=301, blank=True)
    object_kind = models.CharField(max_length=80, blank=True, help_text="The model's label, such as queues.queue.")
    object_key = models.CharField(max_length=64, blank=True)
    object_name = models.CharField(max_length=300, blank=True)
    details: Any = models.JSONField(default=dict, help_text="Columns before and after; of a sign-in the way.")

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit log"
        indexes = [
            models.Index("tenant", models.F("at").desc(), models.F("id").desc(), name="audit_entry_time"),
            models.Index("tenant", "actor_id", models.F("at").desc(), models.F("id").desc(), name="audit_entry_actor"),
            models.Index("tenant", "object_kind", "object_key", name="audit_entry_object"),
            models.Index("tenant", "action", models.F("at").desc(), name="audit_entry_action"),
            models.Index("tenant", "object_kind", models.F("at").desc(), name="audit_entry_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_action_display()} {self.object_name}"
