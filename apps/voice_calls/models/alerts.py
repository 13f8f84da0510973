"""Warnings of outside services: posted through the object API, told as an event and kept nowhere else (voice 10)."""

from apps.events.models import Event
from apps.objects.documented import Documented
from apps.objects.registry import SObject, add


def _field(api_name: str, label: str, type: str, length: int = 0) -> Documented:
    return Documented(api_name, type, frozenset("CN"), label, length)


ALERT = SObject(
    "RealtimeAlertEvent",
    Event,
    "e00",
    "Realtime Alert Event",
    "Realtime Alert Events",
    calls=frozenset({"create"}),
    own_fields=[
        ("name", _field("Name", "Name", "string", 255)),
        ("description", _field("Description", "Description", "textarea", 32_000)),
        ("source", _field("Source", "Source", "string", 255)),
        ("severity", _field("Severity", "Severity", "string", 255)),
        ("payload", _field("Payload", "Payload", "textarea", 131_072)),
        ("event_at", _field("EventDateTime", "Event Date Time", "datetime")),
    ],
    own_rows=Event.objects.none,
)
add(ALERT)
