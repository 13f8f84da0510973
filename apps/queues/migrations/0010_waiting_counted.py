from django.db import migrations

from apps.tenants.row_security import isolate

_COUNT = """
update queues_queueentry set skills = '[]' where skills = '{}';
insert into queues_queuetally (tenant_id, queue_id, delta)
    select tenant_id, queue_id, count(*) from queues_queueentry
    where left_at is null and queue_id is not null group by tenant_id, queue_id;
"""


class Migration(migrations.Migration):
    dependencies = [("queues", "0009_skills_that_relax")]

    operations = [migrations.RunSQL(_COUNT, migrations.RunSQL.noop), isolate("queues_queuetally")]
