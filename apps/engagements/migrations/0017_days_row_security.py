from django.db import migrations

from apps.tenants.row_security import isolate

_FILL = """
insert into engagements_interactiontally (tenant_id, day, channel, direction, flow_id, flag_type, delta)
    select tenant_id, (opened_at at time zone 'UTC')::date, channel, direction, flow_id, flag_type, count(*)
    from engagements_engagementinteraction where deleted_at is null group by 1, 2, 3, 4, 5, 6;
"""


class Migration(migrations.Migration):
    dependencies = [("engagements", "0016_days_counted")]

    operations = [
        isolate("engagements_interactiontally"),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
