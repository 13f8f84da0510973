"""The audit log says what people did and cannot be changed, except in this: whom of the directory it was done to."""

from django.db import migrations

_FORGET = """
create function privacy_forget_names(keys text[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    changed bigint;
begin
    update audit_auditentry set object_name = 'erased', details = '{}'
        where tenant_id = nullif(current_setting('switchroom.tenant', true), '')::bigint
            and object_kind = 'directory.crmrecord' and object_key = any(keys);
    get diagnostics changed = row_count;
    return changed;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_alter_auditentry_action"), ("privacy", "0001_initial")]

    operations = [migrations.RunSQL(_FORGET, "drop function privacy_forget_names(text[])")]
