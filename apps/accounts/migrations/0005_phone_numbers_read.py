"""Whoever has a role of the tenant's own making goes on seeing phone numbers in full, until somebody takes that away."""

from django.db import migrations

_GIVE = """
alter table accounts_userrole no force row level security;
update accounts_userrole set permissions = array_append(permissions, 'PHONE_NUMBERS_READ')
    where permissions is not null and not ('PHONE_NUMBERS_READ' = any (permissions));
alter table accounts_userrole force row level security;
update accounts_user set granted = array_append(granted, 'PHONE_NUMBERS_READ')
    where granted is not null and not ('PHONE_NUMBERS_READ' = any (granted));
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_user_own_reach_user_reach_userrole_reach")]

    operations = [migrations.RunSQL(_GIVE, migrations.RunSQL.noop)]
