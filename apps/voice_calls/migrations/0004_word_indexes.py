from django.db import migrations

from apps.objects.word_index import FUNCTIONS, searchable


class Migration(migrations.Migration):
    """Here, where every searched table is known (P-35)."""

    replaces = [("voice_calls", "0015_limits_row_security")]

    dependencies = [
        ("voice_calls", "0003_isolation"),
        ("engagements", "0003_isolation"),
        ("attendees", "0003_isolation"),
        ("topics", "0003_isolation"),
        ("directory", "0002_isolation"),
    ]

    operations = [
        FUNCTIONS,
        searchable("engagements_engagementinteraction", ["name", "reason", "external_identifier"], ["phone_number"]),
        searchable("attendees_engagementattendee", ["name"]),
        searchable("topics_engagementtopic", ["name", "process_name", "interaction_summary"]),
        searchable(
            "voice_calls_voicecall",
            [
                "name",
                "call_disposition",
                "conference_key",
                "description",
                "disconnect_reason",
                "queue_name",
                "transcribed_language",
                "vendor_call_key",
                "vendor_parent_call_key",
            ],
            ["from_phone_number", "to_phone_number"],
        ),
        searchable("directory_crmrecord", ["name", "email"], ["phone"], records=False),
    ]
