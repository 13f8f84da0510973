from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_roles_row_security")]

    operations = [
        migrations.CreateModel(
            name="RequestPace",
            fields=[
                ("credential", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("minute", models.BigIntegerField(help_text="Since 1970.")),
                ("requests", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(
            "alter table accounts_requestpace set unlogged", "alter table accounts_requestpace set logged"
        ),
    ]
