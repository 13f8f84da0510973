from django.db import migrations

from apps.tenants.row_security import isolate


class Migration(migrations.Migration):
    replaces = [("voice_calls", "0014_limits")]

    dependencies = [("voice_calls", "0002_links")]

    operations = [
        isolate(
            "voice_calls_callcenter",
            "voice_calls_callcenterkey",
            "voice_calls_callcenterroutingmap",
            "voice_calls_contactrequest",
            "voice_calls_conversationparticipant",
            "voice_calls_conversationsignal",
            "voice_calls_numberroute",
            "voice_calls_pace",
            "voice_calls_refusedrequest",
            "voice_calls_usedtokenid",
            "voice_calls_voicecall",
            "voice_calls_voicecallhistory",
            "voice_calls_voicecallrecording",
        ),
    ]
