from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("engagements", "0008_transcripts")]

    operations = [isolate("engagements_transcriptupload")]
