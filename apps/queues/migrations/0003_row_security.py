from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("queues", "0002_initial")]

    operations = [
        isolate(
            "queues_slaversion",
            "queues_queue",
            "queues_queuemember",
            "queues_queueskill",
            "queues_flow",
            "queues_disposition",
            "queues_workbin",
            "queues_outboundidentifier",
            "queues_outbounduse",
            "queues_segment",
            "queues_queueentry",
            "queues_workoffer",
            "queues_hold",
        )
    ]
