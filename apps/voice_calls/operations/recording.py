"""The recording of a call: where it lies and how long it is; the sound itself stays with its telephone system."""

from datetime import datetime
from urllib.parse import urlsplit

from apps.common.inserting import insert
from apps.common.updating import save
from apps.tenants.selecting import Select
from apps.voice_calls.models import VoiceCall, VoiceCallRecording

LONGEST_NAME = 255
_OF_CALL: Select[VoiceCallRecording] = Select(
    lambda call: VoiceCallRecording.with_deleted.locked().filter(voice_call_id=call), numbers=["call"]
)


def keep(call: VoiceCall, location: str | None, *, seconds: int, at: datetime) -> VoiceCallRecording:
    """Set or replace the one recording of the call and point the call at it; the caller saves the call (V-42).

    Without a location, only the length is set anew.
    """
    owner_id = call.last_modified_by_id
    if call.call_center:
        owner_id = call.call_center.integration_user_id
    sound = (
        {"location": location, "name": _name(location) or call.vendor_call_key or str(call.name)} if location else {}
    )
    values = {
        **sound,
        "duration_in_seconds": seconds,
        "upload_date_time": at,
        "last_modified_by_id": owner_id,
        "last_modified_date": at,
        "system_modstamp": at,
        "deleted_at": None,  # told of anew, it is there again
    }
    kept = _OF_CALL.first(call=call.pk)
    if kept is None:
        kept = VoiceCallRecording(voice_call=call, owner_id=owner_id, created_by_id=owner_id, **values)
        insert([kept])
    else:
        for name, value in values.items():
            setattr(kept, name, value)
        save(kept, *values)
    call.is_recorded, call.call_recording = True, kept
    return kept


def _name(location: str) -> str:
    """The last part of the path, without the query; empty if there is none that fits."""
    try:
        path = urlsplit(location).path
    except ValueError:
        path = location
    name = path.rstrip("/").rpartition("/")[2]
    return name if len(name) <= LONGEST_NAME else ""
