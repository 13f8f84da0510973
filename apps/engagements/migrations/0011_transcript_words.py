from django.db import migrations

from apps.engagements.transcript_index import SEARCHABLE


class Migration(migrations.Migration):
    dependencies = [
        ("engagements", "0010_tracking_bin"),
        ("voice_calls", "0004_word_index"),  # which makes the functions that words are made with
    ]

    operations = [SEARCHABLE]
