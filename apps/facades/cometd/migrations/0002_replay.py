from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cometd", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="cometdsession",
            name="kind",
            field=models.CharField(
                default="", help_text="Of the endpoint; a session is known at its own only.", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="cometdsession",
            name="places",
            field=models.JSONField(
                default=dict, help_text="Where each channel goes on, [xid, id], if clients replay them."
            ),
        ),
    ]
