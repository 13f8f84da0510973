"""The second thing that may be changed in the audit log: what was typed to look at somebody's rows."""

from django.db import migrations

_FORGET = """
create function privacy_forget_asked(keys bigint[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    changed bigint;
begin
    update audit_auditentry set details = jsonb_set(details, '{asked}', '""')
        where tenant_id = nullif(current_setting('switchroom.tenant', true), '')::bigint
            and action = 'rows_opened' and id = any(keys);
    get diagnostics changed = row_count;
    return changed;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_alter_auditentry_action"), ("privacy", "0002_forget_names")]

    operations = [migrations.RunSQL(_FORGET, "drop function privacy_forget_asked(bigint[])")]
