"""Row-level security as a migration operation, so that no table of a tenant's rows goes without it."""

from django.db.migrations.operations import RunSQL

_ENABLE = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy tenant on {table}
    using (tenant_id = nullif(current_setting('switchroom.tenant', true), '')::bigint);
"""
_DISABLE = """
drop policy tenant on {table};
alter table {table} no force row level security;
alter table {table} disable row level security;
"""


def isolate(*tables: str) -> RunSQL:
    """Show and take rows of these tables for the tenant in scope only."""
    return RunSQL(
        "".join(_ENABLE.format(table=table) for table in tables),
        "".join(_DISABLE.format(table=table) for table in tables),
    )
