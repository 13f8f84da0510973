from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("accounts", "0008_request_pace")]

    dependencies = [("accounts", "0002_links")]

    operations = [
        isolate(
            "accounts_apikey",
            "accounts_userrole",
        ),
    ]
