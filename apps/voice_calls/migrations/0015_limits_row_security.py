from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("voice_calls", "0014_limits")]

    operations = [isolate("voice_calls_refusedrequest", "voice_calls_pace")]
