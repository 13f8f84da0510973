"""What every documented record carries: stamps, who wrote them, and the recycle bin."""

from typing import Any, ClassVar, Self

import pghistory
from django.db import models

from apps.common import clock
from apps.events.models import CurrentTransactionId, TransactionIdField
from apps.objects.documented import documented
from apps.tenants.models import Row, TenantManager, TenantModel, TenantQuerySet


class RecordManager(TenantManager[Row]):
    """Hides what lies in the recycle bin."""

    def get_queryset(self) -> TenantQuerySet[Row]:
        return super().get_queryset().filter(deleted_at=None)


def user_link(related_name: str = "+", **options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey("accounts.User", models.PROTECT, related_name=related_name, **options)


class Record(TenantModel):
    """A documented record. SystemModstamp moves with every write, LastModifiedDate only with people's (P-09)."""

    created_date = documented(models.DateTimeField(default=clock.now, editable=False), "DFS", "Created Date")
    created_by = documented(
        user_link(editable=False), "DFGS", "Created By ID", references=("User",), relationship="CreatedBy"
    )
    last_modified_date = documented(
        models.DateTimeField(default=clock.now, editable=False), "DFS", "Last Modified Date"
    )
    last_modified_by = documented(
        user_link(editable=False), "DFGS", "Last Modified By ID", references=("User",), relationship="LastModifiedBy"
    )
    system_modstamp = documented(models.DateTimeField(default=clock.now, editable=False), "DFS", "System Modstamp")
    deleted_at = models.DateTimeField(null=True, editable=False)
    is_deleted = documented(
        models.GeneratedField(
            expression=models.Q(deleted_at__isnull=False),  # type: ignore[arg-type]  # a condition is an expression too
            output_field=models.BooleanField(),
            db_persist=True,
        ),
        "DFGS",
        "Deleted",
        type="boolean",
    )
    custom_fields = models.JSONField(default=dict, blank=True)

    objects: ClassVar[RecordManager[Self]] = RecordManager()
    with_deleted: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "with_deleted"

    def touch(self, *, by_id: int) -> list[str]:
        """Stamp the row as changed by a person now; returns the columns to save."""
        self.last_modified_date = self.system_modstamp = clock.now()
        self.last_modified_by_id = by_id
        return ["last_modified_date", "system_modstamp", "last_modified_by_id"]


def history(model_name: str, *, exclude: tuple[str, ...] = ()) -> Any:
    """Class decorator: triggers keep every version of the row, whatever wrote it.

    Each row names who changed it last, so no context row is kept beside it. `xid` is the transaction that wrote it, so
    that changes can be followed as events are (`changes`); versions older than the column have none.
    """
    kind = model_name.removeprefix("Engagement").removesuffix("History").lower()
    return pghistory.track(
        model_name=model_name,
        context_field=None,
        exclude=["system_modstamp", "is_deleted", *exclude],
        attrs={"xid": TransactionIdField(null=True, db_default=CurrentTransactionId(), editable=False)},
        meta={"indexes": [models.Index(fields=["tenant", "xid"], name=f"{kind}_version_xid")]},
    )


def auto_number(prefix: str, width: int = 9) -> models.GeneratedField:
    """`EI-000000001`: made of the row's key, so it needs no counter and cannot drift (C-03)."""
    digits = "(%(expressions)s)::text"
    return models.GeneratedField(
        expression=models.Func(
            models.F("id"), template=f"('{prefix}' || lpad({digits}, greatest({width}, length({digits})), '0'))"
        ),
        output_field=models.CharField(max_length=30),
        db_persist=True,
    )
