"""What roll-ups need of the journal: its rows by time, and word of times that are corrected."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from apps.tenants.row_security import isolate

# Rows lie about in the order of their times, so a summary of each few pages finds them: it is tiny, costs writers next
# to nothing, and does not keep an update from staying on its page, as another tree would.
BY_TIME = {
    "queues_queueentry": ("entered_at", "left_at"),
    "queues_workoffer": ("offered_at", "answered_at", "talk_started_at", "ended_at"),
    "queues_hold": ("ended_at",),
    "engagements_engagementinteraction": ("opened_at", "closed_at", "customer_left_at"),
    "agents_agentstatespan": ("started_at", "ended_at"),
}
INDEX = """
create index {table}_by_time on {table} using brin ({columns}) with (pages_per_range = 32, autosummarize = on);
"""

# An event says that a contact changed, and its journal says when it counts, but no longer when it counted.
MARK = """
create function reporting_mark_corrected() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    insert into reporting_rollupmark (tenant_id, starts_at)
    with moments as (
        select whole, (row_then ->> name)::timestamptz as at
        from (values (0, to_jsonb(old)), (1, to_jsonb(new))) as versions (whole, row_then), unnest(tg_argv) as name
    )
    select distinct old.tenant_id, date_bin('15 minutes', at, 'epoch'::timestamptz) from moments where at is not null
    union
    select old.tenant_id, generate_series(date_bin('15 minutes', min(at), 'epoch'::timestamptz), max(at), '15 minutes')
    from moments where tg_table_name in ('queues_workoffer', 'agents_agentstatespan') group by whole;
    return null;
end $$;
"""
TRIGGER = """
create trigger report_corrected after update on {table} for each row when ({moved})
execute function reporting_mark_corrected({names});
"""


def _moved(columns: tuple[str, ...]) -> str:
    return " or ".join(f"(old.{name} is not null and old.{name} is distinct from new.{name})" for name in columns)


def _followed(table: str, columns: tuple[str, ...]) -> RunSQL:
    names = ", ".join(f"'{name}'" for name in columns)
    return RunSQL(
        INDEX.format(table=table, columns=", ".join(f"{name} timestamptz_minmax_multi_ops" for name in columns))
        + TRIGGER.format(table=table, moved=_moved(columns), names=names),
        f"drop trigger report_corrected on {table}; drop index {table}_by_time;",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0001_rollups"),
        ("queues", "0001_schema"),
        ("engagements", "0001_schema"),
        ("agents", "0001_schema"),
    ]

    operations = [
        isolate("reporting_rollup", "reporting_rollupstate", "reporting_rollupmark"),
        RunSQL(MARK, "drop function reporting_mark_corrected();"),
        *(_followed(table, columns) for table, columns in BY_TIME.items()),
    ]
