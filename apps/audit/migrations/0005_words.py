from django.db import migrations

from apps.objects.word_index import searchable


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_lists_at_scale"), ("voice_calls", "0004_word_indexes")]

    operations = [searchable("audit_auditentry", ["object_name"], records=False)]
