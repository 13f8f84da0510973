from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("queues", "0005_flow_rules")]

    operations = [isolate("queues_flowrule", "queues_flowcondition")]
