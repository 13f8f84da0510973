from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("attendees", "0004_initial")]

    operations = [
        isolate(
            "attendees_engagementattendee",
            "attendees_engagementattendeehistory",
            "attendees_identityverification",
        )
    ]
