"""How many interactions began on which day, kept beside them so that nobody has to count them (cxengage 5.2)."""

from typing import Any

import pgtrigger
from django.db import models

from apps.tenants.models import TenantModel

_KEPT = ("channel", "direction", "flow_id", "flag_type")
_COLUMNS = ", ".join(("tenant_id", "day", *_KEPT))
_SEEN = "deleted_at is null"
_DAY = "({0}opened_at at time zone 'UTC')::date"


def _values(row: str = "") -> str:
    return ", ".join([f"{row}tenant_id", _DAY.format(row), *(f"{row}{name}" for name in _KEPT)])


def summed_up(rows: str, sign: str = "", narrowed: str = "true") -> str:
    """The statement that counts these rows of interactions: a table, or what a trigger calls the rows it is about."""
    return f"""
        insert into engagements_interactiontally ({_COLUMNS}, delta)
        select {_values()}, {sign}count(*) from {rows} where {_SEEN} and {narrowed} group by {_values()};
    """


def _counted(row: str, delta: int) -> str:
    return (
        f"insert into engagements_interactiontally ({_COLUMNS}, delta) "
        f"select {_values(f'{row}.')}, {delta} where {row}.{_SEEN};"
    )


def _distinct() -> str:
    """What an update must change for the counts to change."""
    was, now = (f"row({_values(f'{row}.')}, {row}.{_SEEN})" for row in ("old", "new"))
    return f"{was} is distinct from {now}"


# Triggers, so that nothing that writes an interaction can forget to count it. Many rows in one statement are counted as
# one, and no two writers meet on a row.
TRIGGERS = [
    pgtrigger.Trigger(
        name="tally_made",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_values"),
        func=summed_up("new_values") + "return null;",
    ),
    pgtrigger.Trigger(
        name="tally_moved",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("opened_at", "deleted_at", *_KEPT),
        condition=pgtrigger.Condition(_distinct()),
        func=_counted("old", -1) + _counted("new", 1) + "return null;",
    ),
    pgtrigger.Trigger(
        name="tally_gone",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        referencing=pgtrigger.Referencing(old="old_values"),
        func=summed_up("old_values", "-") + "return null;",
    ),
]


class InteractionTally(TenantModel):
    """How many interactions of a kind began on a day is the sum of these, those in the recycle bin left out.

    Written by triggers of the interactions' table; `engagements.counting` sums rows up into one now and then. The
    columns beside the day are named as the interaction's are, so that one condition narrows either.
    """

    day = models.DateField(help_text="In UTC, of the begin.")
    channel = models.CharField(max_length=12)
    direction = models.CharField(max_length=16, null=True)
    flow: Any = models.ForeignKey(
        "queues.Flow", models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False
    )
    flag_type = models.CharField(max_length=40, null=True)
    delta = models.IntegerField()
    is_sum = models.BooleanField(default=False, db_default=False, help_text="Of many rows.")

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "day"],
                include=["delta", "is_sum", "channel", "direction", "flow", "flag_type"],
                name="interaction_tally_day",
            )
        ]
