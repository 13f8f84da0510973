from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("topics", "0005_tracking_bin")]

    dependencies = [("topics", "0002_links")]

    operations = [
        isolate(
            "topics_engagementtopic",
            "topics_engagementtopichistory",
        ),
    ]
