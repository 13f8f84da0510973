from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("queues", "0018_live_operations")]

    operations = [isolate("queues_monitor")]
