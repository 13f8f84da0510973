from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("engagements", "0012_mail_and_chat")]

    operations = [
        isolate("engagements_mailmessage", "engagements_mailattachment", "engagements_chatparticipant"),
    ]
