"""Voice calls and their neighbours (voice 8)."""

from apps.voice_calls.models.alerts import ALERT
from apps.voice_calls.models.call import CallDisposition, CallType, VoiceCall, VoiceCallRecording
from apps.voice_calls.models.center import CallCenter, CallCenterKey, CallCenterRoutingMap, NumberRoute, UsedTokenId
from apps.voice_calls.models.limits import Pace, RefusedRequest
from apps.voice_calls.models.pending import PENDING
from apps.voice_calls.models.people import ContactRequest, ConversationParticipant
from apps.voice_calls.models.signals import ConversationSignal

__all__ = [
    "ALERT",
    "PENDING",
    "CallCenter",
    "CallCenterKey",
    "CallCenterRoutingMap",
    "CallDisposition",
    "CallType",
    "ContactRequest",
    "ConversationParticipant",
    "ConversationSignal",
    "NumberRoute",
    "Pace",
    "RefusedRequest",
    "UsedTokenId",
    "VoiceCall",
    "VoiceCallRecording",
]
