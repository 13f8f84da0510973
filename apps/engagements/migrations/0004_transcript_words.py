from django.db import migrations

from apps.engagements.transcript_index import SEARCHABLE


class Migration(migrations.Migration):
    replaces = [("engagements", "0021_live_operations_row_security")]

    dependencies = [
        ("engagements", "0003_isolation"),
        ("voice_calls", "0004_word_indexes"),  # which makes the functions that words are made with
    ]

    operations = [SEARCHABLE]
