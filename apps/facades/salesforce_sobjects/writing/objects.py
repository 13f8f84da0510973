"""Which operations of the domain stand behind the object API's calls, object by object."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from apps.engagements import operations as engagements
from apps.engagements.drafts import NewAttendee, NewInteraction, NewRecord, NewTopic
from apps.engagements.operations import many
from apps.objects import operations as objects
from apps.objects.records import Record
from apps.objects.tracking_triggers import DEFAULT_HISTORY
from apps.queues import operations as queues
from apps.voice_calls import operations as voice_calls
from apps.voice_calls.operations import alerts, beside, pending


@dataclass(frozen=True)
class Operations:
    """`draft` makes an empty one; `may_delete` is asked of those who do not see everything.

    Where there is no operation on many, records go one by one.
    """

    draft: Callable[[], NewRecord]
    create: Callable[..., Any]
    revise: Callable[..., Any]
    delete: Callable[..., Any]
    undelete: Callable[..., Any]
    may_delete: Callable[[Any, User], bool]
    create_many: Callable[..., Sequence[Any]] | None = None
    revise_many: Callable[..., Sequence[Any]] | None = None
    delete_many: Callable[..., Sequence[Any]] | None = None


def _owns(row: Record, user: User) -> bool:
    return bool(row.owner_id == user.pk)  # type: ignore[attr-defined]


def _owns_either(row: Any, user: User) -> bool:
    return _owns(row, user) or _owns(row.engagement, user)


def _nobody(row: Record, user: User) -> bool:
    """It takes the right to modify all data (voice 8.1)."""
    return False


def _never(*sent: Any, **named: Any) -> Any:
    """For calls that the object's declaration does not have."""
    raise AssertionError("no such call")


_FEED = Operations(_never, _never, _never, objects.delete_feed_item, _never, _nobody)

OPERATIONS: Mapping[str, Operations] = {
    "EngagementInteraction": Operations(
        NewInteraction,
        engagements.record,
        queues.revise,
        queues.delete,
        engagements.undelete,
        _owns,
        many.record_many,
        queues.revise_many,
        queues.delete_many,
    ),
    "EngagementAttendee": Operations(
        NewAttendee,
        engagements.add_attendee,
        engagements.revise_attendee,
        engagements.delete_attendee,
        engagements.undelete_attendee,
        _owns_either,
        many.add_many,
        many.revise_parts,
        many.delete_parts,
    ),
    "EngagementTopic": Operations(
        NewTopic,
        engagements.add_topic,
        engagements.revise_topic,
        engagements.delete_topic,
        engagements.undelete_topic,
        _owns_either,
        many.add_many,
        many.revise_parts,
        many.delete_parts,
    ),
    "VoiceCall": Operations(
        voice_calls.NewVoiceCall,
        voice_calls.record_call,
        voice_calls.revise_call,
        voice_calls.delete_call,
        _never,
        _nobody,
    ),
    "ContactRequest": Operations(
        beside.NewContactRequest, beside.add, beside.revise, beside.delete, beside.undelete, _owns
    ),
    "PendingServiceRouting": Operations(
        pending.NewPendingRouting, pending.ask, pending.refuse_changes, pending.clear, _never, _nobody
    ),
    "RealtimeAlertEvent": Operations(alerts.NewAlert, alerts.raise_alert, _never, _never, _never, _nobody),
    "VoiceCallRecording": Operations(_never, _never, beside.revise, beside.delete, _never, _nobody),
    "CallCenter": Operations(beside.NewCallCenter, beside.add, _never, _never, _never, _nobody),
    "CallCenterRoutingMap": Operations(beside.NewRoutingMap, beside.add, beside.revise, beside.delete, _never, _nobody),
    **{f"{name}Feed": _FEED for name in DEFAULT_HISTORY},
}
