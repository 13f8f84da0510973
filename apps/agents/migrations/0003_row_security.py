from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0002_initial")]

    operations = [
        isolate(
            "agents_team",
            "agents_agent",
            "agents_notreadyreason",
            "agents_agentsession",
            "agents_agentchannel",
            "agents_agentstatespan",
            "agents_skill",
            "agents_agentskill",
        )
    ]
