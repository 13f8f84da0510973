from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("objects", "0002_initial")]

    operations = [
        isolate(
            "objects_customfield",
            "objects_picklistvalue",
            "objects_recordtype",
            "objects_recordview",
        )
    ]
