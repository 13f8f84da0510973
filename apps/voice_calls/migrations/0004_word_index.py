from django.db import migrations

from apps.objects.word_index import FUNCTIONS, searchable


class Migration(migrations.Migration):
    """Here, where every searched table is known (P-35)."""

    dependencies = [
        ("voice_calls", "0003_version_xid"),
        ("engagements", "0003_row_security"),
        ("attendees", "0005_row_security"),
        ("topics", "0002_row_security"),
        ("directory", "0003_row_security"),
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
