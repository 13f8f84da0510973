"""Roll-ups: measures of each quarter hour and calendar day, so that long reports need not read the journal."""

from django.db import models
from django.db.models import Q

from apps.common.words import later as _
from apps.reporting.statistics.catalogue import KEPT
from apps.tenants import scope
from apps.tenants.models import Tenant, TenantModel


class Grain(models.TextChoices):
    QUARTER = "quarter", _("Quarter hour")
    DAY = "day", _("Calendar day of the tenant")


class Rollup(TenantModel):
    """Measures of one fact in one stretch of time, for one queue, channel and direction: of all agents, or of one.

    Each measure of `catalogue.KEPT` has a column of its name, null for none. Rows that name no agent are of all of
    them; facts that know agents have further rows for each. Keys without constraints: what they name stays.
    """

    grain = models.CharField(max_length=7, choices=Grain.choices)
    fact = models.CharField(max_length=24)
    starts_at = models.DateTimeField()
    queue = models.BigIntegerField(null=True)
    agent = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=12, null=True)
    direction = models.CharField(max_length=16, null=True)

    class Meta:
        indexes = [
            models.Index("tenant", "grain", "fact", "starts_at", name="rollup_of_all", condition=Q(agent=None)),
            models.Index(
                "tenant", "grain", "fact", "starts_at", name="rollup_of_agents", condition=Q(agent__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact}, {self.grain} from {self.starts_at}"


for _name in KEPT:
    Rollup.add_to_class(_name, models.BigIntegerField(null=True))


class RollupState(TenantModel):
    """How far a tenant's roll-ups reach. Whoever writes them holds this row."""

    until = models.DateTimeField(help_text="Quarter hours before this are rolled up.")
    xid = models.BigIntegerField(help_text="With `event`: the place in the ledger up to which changes are marked.")
    event = models.BigIntegerField()
    time_zone = models.CharField(max_length=64, help_text="Whose midnights the days were cut at.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="rollup_state_of_tenant")]

    def __str__(self) -> str:
        return f"until {self.until}"


class RollupMark(TenantModel):
    """A quarter hour that has changed since it was rolled up, once or several times."""

    tenant = models.ForeignKey(
        Tenant, models.DO_NOTHING, default=scope.tenant_id, editable=False, related_name="+", db_constraint=False
    )
    starts_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "starts_at"], name="rollup_mark")]

    def __str__(self) -> str:
        return str(self.starts_at)
