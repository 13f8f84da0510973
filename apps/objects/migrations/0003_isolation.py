from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("objects", "0006_record_view_recent")]

    dependencies = [("objects", "0002_links")]

    operations = [
        isolate(
            "objects_customfield",
            "objects_feeditem",
            "objects_feedtrackedchange",
            "objects_fieldchange",
            "objects_picklistvalue",
            "objects_recordtype",
            "objects_recordview",
            "objects_tracking",
        ),
    ]
