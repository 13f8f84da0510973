from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("objects", "0005_custom_field_key")]

    operations = [
        migrations.AddIndex(
            model_name="recordview",
            index=models.Index(
                models.F("tenant"),
                models.F("user"),
                models.OrderBy(models.F("referenced_at"), descending=True),
                name="record_view_recent",
            ),
        ),
    ]
