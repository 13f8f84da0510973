"""The ledger: one row for everything that happened, written by the operation that did it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func

from apps.tenants import scope
from apps.tenants.models import Tenant, TenantModel

# What the audit log tells of events, if somebody did it; the second is rare among the first.
AUDITED = (
    "engagement.recorded",
    "engagement.changed",
    "engagement.deleted",
    "engagement.undeleted",
    "engagement.flagged",
    "engagement.unflagged",
    "engagement.repaired",
    "data.exported",
    "job.started",
    "job.cancelled",
)
TAKEN_AWAY = ("data.exported", "job.started", "job.cancelled")


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's `xid8`: a transaction's number, which never wraps round."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or hasattr(value, "resolve_expression") else str(value)


class CurrentTransactionId(Func):
    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class Event(TenantModel):
    """Something that happened. Partitioned by month on `at`; rows are only ever added.

    `xid` is the writing transaction: readers follow (xid, id), because ids alone are drawn before the commit and would
    let a reader pass a slower transaction by (see `reader`). Nothing here has a foreign key: a ledger only grows, and
    checking one would lock a row that every writer of the tenant shares.
    """

    tenant = models.ForeignKey(
        Tenant, models.DO_NOTHING, default=scope.tenant_id, editable=False, related_name="+", db_constraint=False
    )
    xid = TransactionIdField(db_default=CurrentTransactionId(), editable=False)
    at = models.DateTimeField()
    name = models.CharField(max_length=40)
    interaction_id = models.BigIntegerField(null=True)
    agent_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    audience = ArrayField(models.BigIntegerField(), default=list)
    data = models.JSONField()

    class Meta:
        indexes = [
            models.Index("tenant", "xid", "id", name="event_in_order"),
            models.Index("tenant", "interaction_id", "id", name="event_of_interaction"),
            *(
                models.Index(
                    "tenant",
                    "at",
                    "id",
                    name=name,
                    condition=models.Q(actor_id__isnull=False, name__in=names),
                )
                for name, names in (("event_audited", AUDITED), ("event_taken_away", TAKEN_AWAY))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.xid}-{self.pk}"
