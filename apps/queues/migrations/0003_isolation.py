from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("queues", "0018_live_operations")]

    dependencies = [("queues", "0002_links")]

    operations = [
        isolate(
            "queues_businesshours",
            "queues_disposition",
            "queues_flow",
            "queues_flowcondition",
            "queues_flowrule",
            "queues_flowruleskill",
            "queues_hold",
            "queues_holiday",
            "queues_holidaylist",
            "queues_monitor",
            "queues_openinterval",
            "queues_outboundidentifier",
            "queues_outbounduse",
            "queues_overflowrule",
            "queues_queue",
            "queues_queueentry",
            "queues_queuemember",
            "queues_queueskill",
            "queues_queuetally",
            "queues_segment",
            "queues_slaversion",
            "queues_workbin",
            "queues_workbinsubscription",
            "queues_workoffer",
        ),
    ]
