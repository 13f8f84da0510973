"""Which call does a telephone system mean?"""

from apps.common.errors import NotFound
from apps.voice_calls.models import CallCenter, CallDisposition, VoiceCall


def find(call_center: CallCenter, call_id: str) -> VoiceCall | None:
    """The call with this record id or vendor's key (V-05). Of several with one key, the newest that is not completed.

    Raises NotFound for what has the shape of a record id and is none of this call centre's (V-04).
    """
    calls = VoiceCall.objects.filter(call_center=call_center)
    key = VoiceCall.sobject.key_of(call_id)  # type: ignore[attr-defined]
    if key is not None and (by_id := calls.filter(pk=key).first()):
        return by_id
    named = calls.filter(vendor_call_key=call_id).order_by("-id")
    found = named.exclude(call_disposition=CallDisposition.COMPLETED).first() or named.first()
    if found is None and key is not None:
        raise NotFound("There is no such call.")
    return found


def existing(call_center: CallCenter, call_id: str) -> VoiceCall:
    """As `find`. Raises NotFound for an unknown key, too."""
    found = find(call_center, call_id)
    if found is None:
        raise NotFound("There is no such call.")
    return found
