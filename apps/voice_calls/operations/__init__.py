"""Everything that a telephone system changes, and what others write about calls. Each function is one transaction."""

from apps.voice_calls.operations import limits, refusals, routing, signals, transcripts
from apps.voice_calls.operations.callbacks import request_callback
from apps.voice_calls.operations.change import CallUpdate
from apps.voice_calls.operations.contacts import record_contact
from apps.voice_calls.operations.create import Created, Method, NewCall, create_inbound
from apps.voice_calls.operations.legs import create
from apps.voice_calls.operations.records import NewVoiceCall, delete_call, record_call, revise_call, undelete_call
from apps.voice_calls.operations.tokens import use_token_id
from apps.voice_calls.operations.update import update

__all__ = [
    "CallUpdate",
    "Created",
    "Method",
    "NewCall",
    "NewVoiceCall",
    "create",
    "create_inbound",
    "delete_call",
    "limits",
    "record_call",
    "record_contact",
    "refusals",
    "request_callback",
    "revise_call",
    "routing",
    "signals",
    "transcripts",
    "undelete_call",
    "update",
    "use_token_id",
]
