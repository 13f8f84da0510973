"""Sessions are written again with each answer: with room beside them on their page no index has to learn of it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cometd", "0002_replay")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE cometd_cometdsession SET (fillfactor = 40)",
            "ALTER TABLE cometd_cometdsession RESET (fillfactor)",
        )
    ]
