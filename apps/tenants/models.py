"""A tenant is a Salesforce org, a Genesys contact centre and a CxEngage tenant at once. Every row belongs to one."""

from typing import Any, ClassVar, Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from uuid6 import uuid7

from apps.common import clock
from apps.common.public_ids import salesforce_id
from apps.common.words import later as _
from apps.tenants import scope

ORGANIZATION_PREFIX = "00D"

Row = TypeVar("Row", bound=models.Model)


class ReferenceChecking(models.TextChoices):
    """How references to records of the CRM are checked (C-41)."""

    LENIENT = "lenient", _("Lenient: keep any text as it was sent")
    STRICT = "strict", _("Strict: only ids of records held here")


class LostWork(models.TextChoices):
    """What becomes of work whose agent's client has vanished (M-13)."""

    REQUEUE = "requeue", _("Goes back to its queue")
    PARK = "park", _("Goes into the agent's workbin; calls go back to their queue")
    KEEP = "keep", _("Stays with the agent, who finds it again")


_DAY_S = 86400
_LONGEST_S = 366 * _DAY_S


def _limit(name: str, default: int, help_text: str, *, most: int = _LONGEST_S) -> Any:
    """A number from 1 on; empty: no limit."""
    return models.PositiveIntegerField(
        name,
        null=True,
        blank=True,
        default=default,
        validators=[MinValueValidator(1), MaxValueValidator(most)],
        help_text=help_text,
    )


class Tenant(models.Model):
    """One contact centre."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True, editable=False, help_text="Nobody of a suspended tenant signs in.")
    time_zone = models.CharField(
        max_length=64, default="UTC", help_text="IANA name. Fixes the calendar day of figures."
    )
    phone_region = models.CharField(
        max_length=2, default="GB", help_text="Country (ISO 3166) that numbers without a country code belong to."
    )
    reference_checking = models.CharField(
        max_length=8, choices=ReferenceChecking.choices, default=ReferenceChecking.LENIENT
    )
    auto_create_internal_attendee = models.BooleanField(
        default=True, help_text="A contact that is only recorded gets an attendee for its owner (C-14)."
    )
    default_queue = models.ForeignKey(
        "queues.Queue",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Takes work that was aimed at one agent who did not take it, and has no queue to go back to (M-11).",
    )
    lost_work = models.CharField(
        "work of an agent who vanished",
        max_length=8,
        choices=LostWork.choices,
        default=LostWork.REQUEUE,
        help_text="What is only offered always goes to somebody else at once.",
    )
    requeue_lost_after_s = models.PositiveIntegerField(
        "take lost work away after",
        default=60,
        validators=[MaxValueValidator(86400)],
        help_text="Seconds that an agent whose client vanished has to come back; 0: at once.",
    )
    misses_until_not_ready = models.PositiveSmallIntegerField(
        default=0,
        help_text="Missed offers in a row that set a channel not ready, which the agent is told; 0 switches this off.",
    )
    inactivity_logout_min = models.PositiveSmallIntegerField(
        "sign agents out after",
        default=0,
        validators=[MaxValueValidator(1440)],
        help_text="Minutes in which they do nothing and work on nothing; a minute before, they are warned. 0: never.",
    )
    stuck_in_flow_after_s = _limit(
        "stuck in the flow after",
        4 * 3600,
        "Seconds without a sign of a call, chat or visit that waits in no queue. It is flagged: Stuck. Empty: never.",
    )
    stuck_in_queue_after_s = _limit(
        "stuck in a queue after",
        12 * 3600,
        "Seconds without a sign of a call, chat or visit that waits. It is flagged: Queue. Empty: never.",
    )
    stuck_with_agent_after_s = _limit(
        "stuck with an agent after",
        12 * 3600,
        "Seconds without a sign of a call, chat or visit that an agent has, or of a leg that nobody is on. It is "
        "flagged: Agent or Segment. Empty: never.",
    )
    longest_life_s = _limit(
        "longest life",
        _DAY_S,
        "Seconds until a contact is ended, wherever it is, and flagged. Time in a workbin does not count. Empty: none.",
    )
    longest_written_life_s = _limit(
        "longest life of written work", _DAY_S, "The same for e-mails and work items. Empty: they may take any time."
    )
    most_flow_steps = _limit(
        "most steps",
        1000,
        "How often a contact may be sent on before it is ended and flagged. Empty: any number.",
        most=10_000,
    )
    created_date = models.DateTimeField(default=clock.now, editable=False)
    last_modified_date = models.DateTimeField(default=clock.now, editable=False)
    daily_api_requests = models.PositiveIntegerField(
        "API requests a day",
        default=5_000_000,
        help_text="How many requests Salesforce clients may make in any 24 hours, all of them together.",
    )
    calls_per_second = models.PositiveIntegerField(
        null=True, blank=True, help_text="New calls of all telephone systems together; empty: no limit."
    )
    concurrent_calls = models.PositiveIntegerField(
        "calls at once", null=True, blank=True, help_text="Open calls of all telephone systems; empty: no limit."
    )
    transcript_lines_per_second = models.PositiveIntegerField(
        null=True, blank=True, help_text="Lines that telephone systems hand over; empty: no limit."
    )
    catalogue_version = models.PositiveBigIntegerField(
        default=1, editable=False, help_text="Moves with every change of fields, picklists and record types."
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def org_id(self) -> str:
        """The 18-character organisation id."""
        return salesforce_id(ORGANIZATION_PREFIX, self.pk)


class TenantQuerySet(models.QuerySet[Row]):
    """Rows of the tenant in scope."""

    def locked(self) -> Self:
        """Lock these rows alone, not what they refer to. Others may write rows meanwhile that refer to these."""
        return self.select_for_update(of=("self",), no_key=True)


class TenantManager(models.Manager[Row]):
    """Every query goes through the tenant's scope; row-level security refuses what a forgotten filter would show."""

    def get_queryset(self) -> TenantQuerySet[Row]:
        return TenantQuerySet[Row](self.model, using=self._db).filter(tenant_id=scope.tenant_id())

    def locked(self) -> TenantQuerySet[Row]:
        return self.get_queryset().locked()


class TenantKey(models.ForeignKey):  # type: ignore[type-arg]
    """The tenant in scope by default. Migrations, which run in no scope, do not carry that default."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.default = scope.tenant_id

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        del options["default"]
        return name, "django.db.models.ForeignKey", args, options


class TenantModel(models.Model):
    """A row of one tenant."""

    tenant = TenantKey(Tenant, models.CASCADE, editable=False, related_name="+")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True


class ApiUsage(TenantModel):
    """How many requests the tenant's Salesforce clients made in one hour."""

    hour = models.DateTimeField(help_text="When it began.")
    requests = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "hour"], name="api_usage_hour_unique")]

    def __str__(self) -> str:
        return f"{self.requests} since {self.hour}"
