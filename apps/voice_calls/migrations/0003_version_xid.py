"""Versions name the transaction that wrote them. Those written before have none, so the default comes second."""

from django.db import migrations, models

from apps.events.models import CurrentTransactionId, TransactionIdField

TABLE = "voice_calls_voicecallhistory"


class Migration(migrations.Migration):
    dependencies = [("voice_calls", "0002_row_security"), ("events", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"alter table {TABLE} add column xid xid8;"
                    f"alter table {TABLE} alter column xid set default pg_current_xact_id()",
                    f"alter table {TABLE} drop column xid",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="voicecallhistory",
                    name="xid",
                    field=TransactionIdField(db_default=CurrentTransactionId(), editable=False, null=True),
                )
            ],
        ),
        migrations.AddIndex(
            model_name="voicecallhistory",
            index=models.Index(fields=["tenant", "xid"], name="voicecall_version_xid"),
        ),
    ]
