from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("engagements", "0002_initial")]

    operations = [
        isolate(
            "engagements_conversation",
            "engagements_conversationentry",
            "engagements_note",
            "engagements_hook",
            "engagements_artifact",
            "engagements_engagementinteraction",
            "engagements_engagementinteractionhistory",
        )
    ]
