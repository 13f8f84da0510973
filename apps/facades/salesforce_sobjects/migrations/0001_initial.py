import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0002_schema"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="QueryLocator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("with_deleted", models.BooleanField()),
                ("total", models.BigIntegerField(help_text="Counted once, told on every page.")),
                (
                    "places",
                    models.JSONField(
                        help_text="How many rows were given -> the last one's place in the order; of the newest pages."
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("tenant"), models.F("user"), models.F("created_at"), name="query_locator_of_user"
                    )
                ],
            },
        ),
        isolate("salesforce_sobjects_querylocator"),
    ]
