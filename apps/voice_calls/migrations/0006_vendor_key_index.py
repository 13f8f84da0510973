from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice_calls", "0005_documented_fields")]

    operations = [
        migrations.AddIndex(
            model_name="voicecall",
            index=models.Index(models.F("tenant"), models.F("vendor_call_key"), name="voice_call_vendor_key"),
        ),
    ]
