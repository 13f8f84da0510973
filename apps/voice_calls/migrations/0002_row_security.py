from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    dependencies = [("voice_calls", "0001_initial")]

    operations = [
        isolate(
            "voice_calls_callcenter",
            "voice_calls_callcenterkey",
            "voice_calls_usedtokenid",
            "voice_calls_callcenterroutingmap",
            "voice_calls_numberroute",
            "voice_calls_voicecall",
            "voice_calls_voicecallhistory",
            "voice_calls_voicecallrecording",
            "voice_calls_conversationparticipant",
            "voice_calls_contactrequest",
        )
    ]
