"""History and feeds of records, and how triggers write a value as the object API shows it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from apps.tenants.row_security import isolate

# As apps.common.public_ids: prefix, key in base 62, and a check letter for each group of five by its capitals (C-02).
PUBLIC_ID = """
create function objects_public_id(prefix text, key bigint) returns text
language plpgsql immutable strict parallel safe as $$
declare
    digits constant text := '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    letters constant text := 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
    body text := '';
    suffix text := '';
    bits int;
begin
    while key > 0 loop
        body := substr(digits, (key % 62)::int + 1, 1) || body;
        key := key / 62;
    end loop;
    body := prefix || lpad(body, 12, '0');
    for part in 0..2 loop
        bits := 0;
        for place in 0..4 loop
            if ascii(substr(body, part * 5 + place + 1, 1)) between 65 and 90 then
                bits := bits + (1 << place);
            end if;
        end loop;
        suffix := suffix || substr(letters, bits + 1, 1);
    end loop;
    return body || suffix;
end $$;
"""
PUBLIC_TIME = """
create function objects_public_time(at timestamptz) returns text language sql stable strict parallel safe as $$
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000+0000"')
$$;
"""
CUSTOM_VALUE = """
create function objects_custom_value(kind text, value jsonb) returns jsonb language sql immutable parallel safe as $$
    select case
        when value = 'null' or kind = 'textarea' then null
        when kind = 'datetime' then to_jsonb(replace(value #>> '{}', 'Z', '+0000'))
        else value
    end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("attendees", "0006_version_xid"),
        ("engagements", "0004_version_xid"),
        ("objects", "0006_record_view_recent"),
        ("tenants", "0003_api_usage"),
        ("topics", "0003_version_xid"),
        ("voice_calls", "0003_version_xid"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(PUBLIC_ID, "drop function objects_public_id(text, bigint)"),
        migrations.RunSQL(PUBLIC_TIME, "drop function objects_public_time(timestamptz)"),
        migrations.RunSQL(CUSTOM_VALUE, "drop function objects_custom_value(text, jsonb)"),
        migrations.CreateModel(
            name="FeedItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_date", models.DateTimeField()),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "is_deleted",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(("deleted_at__isnull", False)),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("type", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=255, null=True)),
                ("body", models.TextField(null=True)),
                ("comment_count", models.IntegerField(db_default=0, default=0)),
                ("like_count", models.IntegerField(db_default=0, default=0)),
                ("last_modified_date", models.DateTimeField()),
                ("system_modstamp", models.DateTimeField()),
                (
                    "attendee",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="feeds",
                        to="attendees.engagementattendee",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "interaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="feeds",
                        to="engagements.engagementinteraction",
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
                (
                    "topic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="feeds",
                        to="topics.engagementtopic",
                    ),
                ),
                (
                    "voice_call",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="feeds",
                        to="voice_calls.voicecall",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "with_deleted",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("with_deleted", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="FeedTrackedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field_name", models.CharField(max_length=120)),
                ("old_value", models.JSONField(null=True)),
                ("new_value", models.JSONField(null=True)),
                (
                    "feed_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tracked_changes",
                        to="objects.feeditem",
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
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="FieldChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_date", models.DateTimeField()),
                ("system_modstamp", models.DateTimeField()),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "is_deleted",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(("deleted_at__isnull", False)),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("field", models.CharField(max_length=255)),
                ("data_type", models.CharField(max_length=40, null=True)),
                ("old_value", models.JSONField(null=True)),
                ("new_value", models.JSONField(null=True)),
                (
                    "attendee",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="histories",
                        to="attendees.engagementattendee",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "interaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="histories",
                        to="engagements.engagementinteraction",
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
                (
                    "topic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="histories",
                        to="topics.engagementtopic",
                    ),
                ),
                (
                    "voice_call",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="histories",
                        to="voice_calls.voicecall",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "base_manager_name": "with_deleted",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("with_deleted", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Tracking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_name", models.CharField(max_length=80, verbose_name="object")),
                (
                    "history",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                (
                    "feed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
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
        ),
        migrations.AddIndex(
            model_name="feeditem",
            index=models.Index(models.F("tenant"), models.F("created_date"), models.F("id"), name="feed_item_created"),
        ),
        migrations.AddIndex(
            model_name="feeditem",
            index=models.Index(
                models.F("interaction"), condition=models.Q(("interaction__isnull", False)), name="feed_interaction"
            ),
        ),
        migrations.AddIndex(
            model_name="feeditem",
            index=models.Index(
                models.F("attendee"), condition=models.Q(("attendee__isnull", False)), name="feed_attendee"
            ),
        ),
        migrations.AddIndex(
            model_name="feeditem",
            index=models.Index(models.F("topic"), condition=models.Q(("topic__isnull", False)), name="feed_topic"),
        ),
        migrations.AddIndex(
            model_name="feeditem",
            index=models.Index(
                models.F("voice_call"), condition=models.Q(("voice_call__isnull", False)), name="feed_voice_call"
            ),
        ),
        migrations.AddIndex(
            model_name="fieldchange",
            index=models.Index(
                models.F("tenant"), models.F("created_date"), models.F("id"), name="field_change_created"
            ),
        ),
        migrations.AddIndex(
            model_name="fieldchange",
            index=models.Index(
                models.F("interaction"), condition=models.Q(("interaction__isnull", False)), name="change_interaction"
            ),
        ),
        migrations.AddIndex(
            model_name="fieldchange",
            index=models.Index(
                models.F("attendee"), condition=models.Q(("attendee__isnull", False)), name="change_attendee"
            ),
        ),
        migrations.AddIndex(
            model_name="fieldchange",
            index=models.Index(models.F("topic"), condition=models.Q(("topic__isnull", False)), name="change_topic"),
        ),
        migrations.AddIndex(
            model_name="fieldchange",
            index=models.Index(
                models.F("voice_call"), condition=models.Q(("voice_call__isnull", False)), name="change_voice_call"
            ),
        ),
        migrations.AddConstraint(
            model_name="tracking",
            constraint=models.UniqueConstraint(fields=("tenant", "object_name"), name="tracking_object_unique"),
        ),
        isolate("objects_tracking", "objects_fieldchange", "objects_feeditem", "objects_feedtrackedchange"),
    ]
