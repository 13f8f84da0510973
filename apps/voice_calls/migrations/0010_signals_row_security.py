from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("voice_calls", "0009_conversation_signals")]

    operations = [isolate("voice_calls_conversationsignal")]
