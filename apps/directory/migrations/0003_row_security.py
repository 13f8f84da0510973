from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_initial")]

    operations = [
        isolate(
            "directory_crmrecord",
        )
    ]
