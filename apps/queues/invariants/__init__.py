"""What must be true of live work and its journal, whatever happened to it and in whatever order (M-03, M-06, M-26).

Each rule is one query over a whole tenant that finds the rows which break it. All of them look at one instant, so they
may run beside the traffic; no rule brings more than a page of rows into memory. An app above this one adds its rules,
and names the interactions whose times another clock has told (M-21), when it is loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from apps.queues.invariants import clocks, counts, load, places, times
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

_MOST = 100  # violations shown of one rule

# After each name, what it holds of the tenant. PostgreSQL leaves out what a rule does not name.
TABLES = {
    "interaction": "engagements_engagementinteraction",
    "conversation": "engagements_conversation",
    "leg": "queues_segment",
    "stay": "queues_queueentry",
    "part": "queues_workoffer",
    "hold": "queues_hold",
    "session": "agents_agentsession",
    "channel": "agents_agentchannel",
    "span": "agents_agentstatespan",
    "agent": "agents_agent",
    "tally": "engagements_interactiontally",
}
retold: list[str] = ["select null::bigint where false"]  # queries for the interactions that another clock timed
rules: dict[str, str] = {**places.RULES, **load.RULES, **times.RULES, **counts.RULES}


@dataclass(frozen=True)
class Violation:
    """A row that breaks a rule: of which interaction, if of any, and what is the matter with it."""

    rule: str
    interaction_id: int | None
    detail: str

    def __str__(self) -> str:
        whose = f" (interaction {self.interaction_id})" if self.interaction_id else ""
        return f"{self.rule}{whose}: {self.detail}"


def violations(tenant: Tenant, *, overdue_s: int | None = None) -> list[Violation]:
    """All that is wrong with this tenant's work now, at most a hundred rows a rule; changes nothing.

    `overdue_s`: also what a clock should have ended more than so many seconds ago, which needs a running worker.
    Within a transaction of the caller's it sees what that one sees, else one snapshot of what is committed.
    """
    asked = rules | (dict(clocks.RULES) if overdue_s is not None else {})
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            _look_at_one_instant()
        with scope(tenant):
            return [found for name, sql in asked.items() for found in _broken(name, sql, tenant, overdue_s)]


def _look_at_one_instant() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")


def _broken(name: str, sql: str, tenant: Tenant, overdue_s: int | None) -> Iterator[Violation]:
    with connection.cursor() as cursor:
        # Kept apart, a rule is planned to be read to its end, as it is where all is well, and not for its first rows.
        found = f"{_prelude()}, found as materialized ({sql}) select * from found limit {_MOST}"
        cursor.execute(found, {"tenant": tenant.pk, "overdue": overdue_s})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return (Violation(name, interaction_id, str(detail)) for interaction_id, detail in rows)


def _prelude() -> str:
    tables = [
        f"{name} as not materialized (select * from {table} where tenant_id = %(tenant)s)"
        for name, table in TABLES.items()
    ]
    return f"with {', '.join(tables)}, retold (interaction_id) as not materialized ({' union all '.join(retold)})"
