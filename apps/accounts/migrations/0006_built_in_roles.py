"""Every tenant gets the built-in roles, and every user the one of the user's kind."""

from django.db import migrations

_INSTALL = """
insert into accounts_userrole
    (tenant_id, uuid, name, description, kind, built_in, is_active, created_date, last_modified_date)
select tenant.id, gen_random_uuid(), made.name, '', made.kind, made.built_in, true, now(), now()
from tenants_tenant tenant cross join (values
    ('Administrator', 'admin', 'admin'),
    ('Supervisor', 'supervisor', 'supervisor'),
    ('Agent', 'agent', 'agent'),
    ('Integration', 'integration', 'integration'),
    ('Access Controlled Supervisor', 'supervisor', 'access_controlled')
) as made (name, kind, built_in);
update accounts_user person set assigned_role_id = made.id
from accounts_userrole made where made.tenant_id = person.tenant_id and made.built_in = person.role;
"""
_REMOVE = """
update accounts_user set assigned_role_id = null;
delete from accounts_userrole;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_roles")]

    operations = [migrations.RunSQL(_INSTALL, _REMOVE)]
