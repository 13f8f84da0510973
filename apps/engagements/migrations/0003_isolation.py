from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("engagements", "0020_live_operations")]

    dependencies = [("engagements", "0002_links")]

    operations = [
        isolate(
            "engagements_artifact",
            "engagements_artifactfile",
            "engagements_chatparticipant",
            "engagements_conversation",
            "engagements_conversationentry",
            "engagements_engagementinteraction",
            "engagements_engagementinteractionhistory",
            "engagements_hook",
            "engagements_interactiontally",
            "engagements_mailattachment",
            "engagements_mailmessage",
            "engagements_note",
            "engagements_transcriptupload",
        ),
    ]
