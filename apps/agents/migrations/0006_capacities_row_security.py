from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0005_capacities")]

    operations = [isolate("agents_channelcapacity")]
