from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("directory", "0004_stamps")]

    dependencies = [("directory", "0001_schema")]

    operations = [
        isolate(
            "directory_crmrecord",
        ),
    ]
