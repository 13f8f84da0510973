import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.common.clock
import apps.webhooks.models
import apps.webhooks.signing
from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0002_schema"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_xid", models.BigIntegerField()),
                ("event_id", models.BigIntegerField()),
                ("event_name", models.CharField(max_length=40)),
                ("event_at", models.DateTimeField()),
                ("interaction_id", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Is tried again"), ("delivered", "Delivered"), ("given_up", "Given up")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("first_attempt_at", models.DateTimeField()),
                ("last_attempt_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("asked_again_at", models.DateTimeField(help_text="Somebody wants it sent once more.", null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "status",
                    models.PositiveSmallIntegerField(help_text="Of the answer; null: there was none.", null=True),
                ),
                ("duration_ms", models.PositiveIntegerField()),
                (
                    "excerpt",
                    models.TextField(blank=True, help_text="The beginning of the answer, or why there was none."),
                ),
                ("by_hand", models.BooleanField(default=False)),
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
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="webhooks.webhookdelivery",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt",
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_date", models.DateTimeField(default=apps.common.clock.now, editable=False)),
                ("last_modified_date", models.DateTimeField(default=apps.common.clock.now, editable=False)),
                ("name", models.CharField(max_length=80)),
                (
                    "url",
                    models.URLField(
                        help_text="Each event is posted here. Redirects are not followed.",
                        max_length=500,
                        verbose_name="address",
                    ),
                ),
                (
                    "event_names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=apps.webhooks.models.event_choices, max_length=40),
                        blank=True,
                        default=list,
                        help_text="None chosen: all of them.",
                        size=None,
                        verbose_name="events",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(default=True, help_text="Switched on again, it goes on where it stopped."),
                ),
                ("secret", models.CharField(default=apps.webhooks.signing.new_secret, editable=False, max_length=120)),
                ("former_secret", models.CharField(blank=True, editable=False, max_length=120)),
                (
                    "former_secret_until",
                    models.DateTimeField(editable=False, help_text="Until then both sign.", null=True),
                ),
                ("position_xid", models.BigIntegerField(editable=False)),
                ("position_id", models.BigIntegerField(default=0, editable=False)),
                ("failures", models.PositiveIntegerField(default=0, editable=False, help_text="In a row.")),
                ("failing_since", models.DateTimeField(editable=False, null=True)),
                (
                    "next_attempt_at",
                    models.DateTimeField(editable=False, help_text="Not before; null: at once.", null=True),
                ),
                ("switched_off_because", models.CharField(blank=True, editable=False, max_length=200)),
                ("claim", models.UUIDField(editable=False, null=True)),
                ("claimed_until", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "last_modified_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
            },
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="endpoint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="webhooks.webhookendpoint"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookendpoint",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="webhook_name_unique"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(models.F("tenant"), models.F("last_attempt_at"), name="webhook_delivery_time"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                models.F("endpoint"),
                models.F("id"),
                condition=models.Q(("asked_again_at__isnull", False)),
                name="webhook_delivery_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                models.F("endpoint"), models.F("event_xid"), models.F("event_id"), name="webhook_delivery_event"
            ),
        ),
        isolate("webhooks_webhookendpoint", "webhooks_webhookdelivery", "webhooks_webhookattempt"),
    ]
