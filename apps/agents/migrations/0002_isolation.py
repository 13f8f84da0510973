from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("agents", "0006_capacities_row_security")]

    dependencies = [("agents", "0001_schema")]

    operations = [
        isolate(
            "agents_agent",
            "agents_agentchannel",
            "agents_agentsession",
            "agents_agentskill",
            "agents_agentstatespan",
            "agents_channelcapacity",
            "agents_notreadyreason",
            "agents_skill",
            "agents_team",
        ),
    ]
