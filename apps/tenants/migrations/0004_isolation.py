from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("tenants", "0006_telephony_limits")]

    dependencies = [("tenants", "0003_links")]

    operations = [
        isolate(
            "tenants_apiusage",
        ),
    ]
