from django.db import migrations

from apps.engagements.transcript_index import BOTH_WAYS


class Migration(migrations.Migration):
    dependencies = [("engagements", "0006_lists_at_scale")]

    operations = [BOTH_WAYS]
