from django.db import migrations, models

# The policy binds the owner, too, and a migration works for no tenant.
_KEYS = """
alter table objects_customfield no force row level security;
update objects_customfield set key = api_name, length = case kind
    when 'string' then least(greatest(length, 1), 255)
    when 'textarea' then 131072
    when 'phone' then 40
    when 'email' then 80
    when 'url' then 255
    when 'picklist' then 255
    else 0 end;
alter table objects_customfield force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("objects", "0004_stamps")]

    operations = [
        migrations.AddField(
            "customfield",
            "default_value",
            models.JSONField(
                blank=True, help_text="What a new record gets that says nothing about the field.", null=True
            ),
        ),
        migrations.AddField(
            "customfield",
            "is_active",
            models.BooleanField(
                default=True,
                help_text="Switched off, the field hides from every dialect and form; its values stay.",
                verbose_name="in use",
            ),
        ),
        migrations.AddField(
            "customfield",
            "key",
            models.CharField(
                default="",
                editable=False,
                help_text="What values are stored under: stays when the API name changes.",
                max_length=90,
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(_KEYS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "customfield",
            models.UniqueConstraint("tenant", "object_name", "key", name="custom_field_key_unique"),
        ),
    ]
