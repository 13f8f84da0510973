"""Which call does a telephone system mean?"""

from typing import Any

from django.utils.translation import gettext

from apps.common.errors import NotFound
from apps.tenants.selecting import Select
from apps.voice_calls.models import CallCenter, CallDisposition, VoiceCall


def _named(center: int, key: Any) -> Any:
    return VoiceCall.objects.filter(call_center_id=center, vendor_call_key=key)


_BY_KEY: Select[VoiceCall] = Select(
    lambda center, key: _named(center, key).order_by("-id"), numbers=["center"], texts=["key"]
)
_OLDEST: Select[VoiceCall] = Select(
    lambda center, key: (
        _named(center, key).order_by("id").only("interaction", "conversation", "previous_call", "vendor_call_key")[:1]
    ),
    numbers=["center"],
    texts=["key"],
)


def find(call_center: CallCenter, call_id: str) -> VoiceCall | None:
    """The call with this record id or vendor's key (V-05). Of several with one key, the newest that is not completed.

    Raises NotFound for what has the shape of a record id and is none of this call centre's (V-04), and for a call that
    was deleted.
    """
    key = VoiceCall.sobject.key_of(call_id)  # type: ignore[attr-defined]
    if key is not None and (by_id := VoiceCall.objects.filter(call_center=call_center, pk=key).first()):
        return by_id
    named = _BY_KEY(center=call_center.pk, key=call_id)
    going_on = (call for call in named if call.call_disposition != CallDisposition.COMPLETED)
    found = next(going_on, named[0] if named else None)
    if found is None and (key is not None or _was_deleted(call_center, call_id)):
        raise NotFound(gettext("There is no such call."))
    return found


def _was_deleted(call_center: CallCenter, key: str) -> bool:
    """Its key stays its own: no update makes another call of it."""
    gone = VoiceCall.with_deleted.filter(call_center=call_center, vendor_call_key=key, from_telephony=True)
    return gone.exclude(deleted_at=None).exists()


def existing(call_center: CallCenter, call_id: str) -> VoiceCall:
    """As `find`. Raises NotFound for an unknown key, too."""
    found = find(call_center, call_id)
    if found is None:
        raise NotFound(gettext("There is no such call."))
    return found


def first_leg_of(call_center: CallCenter, key: str) -> VoiceCall:
    """The leg that a contact began with, by its own key or a later leg's (V-06).

    Raises NotFound for an unknown key, and for a record id, which does not count as a key here.
    """
    found = _OLDEST.first(center=call_center.pk, key=key)
    if found is None or VoiceCall.sobject.key_of(key) is not None:  # type: ignore[attr-defined]
        raise NotFound(gettext("There is no such call."))
    if found.previous_call_id is None or found.interaction_id is None:
        return found
    legs = VoiceCall.objects.filter(interaction_id=found.interaction_id, previous_call=None).order_by("id")
    return legs.first() or found
