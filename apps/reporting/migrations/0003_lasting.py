"""Abandons that were not brief, counted themselves. Roll-ups are made anew by the worker; until then the journal serves."""

from django.db import migrations, models

_COLUMNS = ("lasting_abandons", "lasting_interactions")


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_following")]

    operations = [
        # The state first: whoever writes roll-ups holds it, so that nobody waits for two of us.
        migrations.RunSQL(
            "truncate reporting_rollupstate; truncate reporting_rollupmark; truncate reporting_rollup",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField("rollup", "brief_abandons"),
        *(migrations.AddField("rollup", name, models.BigIntegerField(null=True)) for name in _COLUMNS),
    ]
