from django.db import migrations

from apps.objects.word_index import searchable


class Migration(migrations.Migration):
    """The audit log's objects by their names: here, beside the other indexes of words."""

    dependencies = [("voice_calls", "0006_bins_and_callbacks"), ("audit", "0004_lists_at_scale")]

    operations = [searchable("audit_auditentry", ["object_name"], records=False)]
