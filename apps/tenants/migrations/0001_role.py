from django.db import migrations

from config.database import APP_ROLE

# Roles belong to the whole server: two databases may make it at once.
_CREATE_ROLE = f"""
do $$ begin
    create role {APP_ROLE} nologin nosuperuser nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;
grant {APP_ROLE} to current_user;
"""


class Migration(migrations.Migration):
    replaces = [("tenants", "0001_initial"), ("tenants", "0002_stamps"), ("tenants", "0003_api_usage")]

    dependencies: list[tuple[str, str]] = []

    operations = [migrations.RunSQL(_CREATE_ROLE, migrations.RunSQL.noop)]
