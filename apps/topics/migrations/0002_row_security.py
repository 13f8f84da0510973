from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("topics", "0001_initial")]

    operations = [
        isolate(
            "topics_engagementtopic",
            "topics_engagementtopichistory",
        )
    ]
