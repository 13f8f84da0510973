"""What was typed into a report by mail goes out of the audit log as what was typed to look at rows does."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("apps.privacy.migrations.0003_forget_asked")._FORGET
_FORGET = """
create or replace function privacy_forget_asked(keys bigint[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    changed bigint;
begin
    update audit_auditentry set
        details = case action when 'rows_opened' then jsonb_set(details, '{asked}', '""') else '{}' end,
        object_name = case action when 'rows_opened' then object_name else 'erased' end
        where tenant_id = nullif(current_setting('switchroom.tenant', true), '')::bigint
            and (action = 'rows_opened' or object_kind = 'exports.mailedreport') and id = any(keys);
    get diagnostics changed = row_count;
    return changed;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_forget_asked")]

    operations = [migrations.RunSQL(_FORGET, _BEFORE.replace("create function", "create or replace function"))]
