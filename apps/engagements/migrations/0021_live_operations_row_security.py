from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("engagements", "0020_live_operations")]

    operations = [isolate("engagements_artifactfile")]
