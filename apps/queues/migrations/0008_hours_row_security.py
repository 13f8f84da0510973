from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("queues", "0007_hours_and_rules")]

    operations = [
        migrations.RunSQL("update queues_queueentry set waits_since = entered_at", migrations.RunSQL.noop),
        isolate(
            "queues_holidaylist",
            "queues_holiday",
            "queues_businesshours",
            "queues_openinterval",
            "queues_overflowrule",
            "queues_flowruleskill",
        ),
    ]
