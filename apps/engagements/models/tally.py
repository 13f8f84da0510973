"""How many interactions began on which day, kept beside them so that nobody has to count them (cxengage 5.2)."""

from typing import Any

from django.db import models

from apps.tenants.models import TenantModel

KEPT = ("channel", "direction", "flow_id", "flag_type")
COLUMNS = ", ".join(("tenant_id", "day", *KEPT))
SEEN = "deleted_at is null"
_DAY = "({0}opened_at at time zone 'UTC')::date"


def values(row: str = "") -> str:
    return ", ".join([f"{row}tenant_id", _DAY.format(row), *(f"{row}{name}" for name in KEPT)])


def summed_up(rows: str, sign: str = "", narrowed: str = "true") -> str:
    """The statement that counts these rows of interactions: a table, or what a trigger calls the rows it is about."""
    return f"""
        insert into engagements_interactiontally ({COLUMNS}, delta)
        select {values()}, {sign}count(*) from {rows} where {SEEN} and {narrowed} group by {values()};
    """


class InteractionTally(TenantModel):
    """How many interactions of a kind began on a day is the sum of these, those in the recycle bin left out.

    Rows of a `kind` tell how many of those have the mark `key` (`marks`); those without one, how many there are.
    Written by triggers (`tallying`); `engagements.counting` sums rows up into one now and then. The columns beside the
    day are named as the interaction's are, so that one condition narrows either.
    """

    day = models.DateField(help_text="In UTC, of the begin.")
    channel = models.CharField(max_length=12)
    direction = models.CharField(max_length=16, null=True)
    flow: Any = models.ForeignKey(
        "queues.Flow", models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False
    )
    flag_type = models.CharField(max_length=40, null=True)
    kind = models.CharField(max_length=16, db_default="", help_text="What kind of mark.")
    key = models.TextField(null=True)  # no array: row-level security lets none be found by index
    delta = models.IntegerField()
    is_sum = models.BooleanField(default=False, db_default=False, help_text="Of many rows.")

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "kind", "key", "day"],
                include=["delta", "is_sum", "channel", "direction", "flow", "flag_type"],
                name="interaction_tally_mark",
            )
        ]
