from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_built_in_roles")]

    operations = [isolate("accounts_userrole", "accounts_apikey")]
