from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("attendees", "0009_external_attendees")]

    dependencies = [("attendees", "0002_links")]

    operations = [
        isolate(
            "attendees_engagementattendee",
            "attendees_engagementattendeehistory",
            "attendees_identityverification",
        ),
    ]
