"""The legs of a call: what its telephone system told of each, and the recordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.common.display import span, stamp
from apps.engagements.models import EngagementInteraction
from apps.voice_calls.models import VoiceCall

_PLAYED = ("https://", "http://")  # anything else is shown as it was sent, and leads nowhere (V-42)
_SHOWN = (
    "call_type",
    "call_origin",
    "from_phone_number",
    "to_phone_number",
    "queue_name",
    "call_start_date_time",
    "call_queued_date_time",
    "call_accept_date_time",
    "call_connect_date_time",
    "call_end_date_time",
    "call_duration_in_seconds",
    "number_of_holds",
    "customer_hold_duration",
    "longest_hold_duration",
    "call_disposition",
    "disconnect_reason",
    "call_resolution",
    "customer_sentiment_score",
    "agent_sentiment_score",
    "transcribed_language",
    "description",
    "vendor_call_key",
)


@dataclass(frozen=True)
class Recording:
    key: int
    name: str
    location: str
    begins: datetime
    length: timedelta
    uploaded_at: datetime | None
    who: str

    @property
    def plays(self) -> bool:
        return self.location.lower().startswith(_PLAYED)

    def second_of(self, at: datetime) -> int | None:
        """Where in the recording this moment is; None if it is not in it, or nothing can be played."""
        if not self.plays or not self.begins <= at <= self.begins + self.length:
            return None
        return int((at - self.begins).total_seconds())


@dataclass(frozen=True)
class Leg:
    call: VoiceCall
    who: str
    facts: Sequence[tuple[str, str]]  # the documented labels, with what was told


def calls_of(interaction: EngagementInteraction) -> list[VoiceCall]:
    """The legs in the order they began, in one query."""
    calls: Any = VoiceCall.objects.filter(interaction=interaction)
    return list(calls.select_related("recording", "user", "owner_user", "owner_queue").order_by("id"))


def legs_of(calls: Sequence[VoiceCall]) -> list[Leg]:
    return [Leg(call, _who(call), list(_facts(call))) for call in calls]


def recordings_of(calls: Sequence[VoiceCall]) -> list[Recording]:
    """Each once, though several legs of a conference tell of it (V-67)."""
    found: dict[str, Recording] = {}
    for call in calls:
        kept = getattr(call, "recording", None)
        if kept:
            begins = call.call_accept_date_time or call.call_start_date_time  # recorded is what agent and customer say
            found.setdefault(
                kept.location or str(kept.pk),
                Recording(
                    kept.pk,
                    kept.name,
                    kept.location,
                    begins,
                    timedelta(seconds=kept.duration_in_seconds),
                    kept.upload_date_time,
                    _who(call),
                ),
            )
    return list(found.values())


def _who(call: VoiceCall) -> str:
    person = call.user or call.owner_user
    return person.name if person else str(call.owner_queue or "")


def _facts(call: VoiceCall) -> Any:
    for column in _SHOWN:
        value = getattr(call, column)
        if value is not None and value != "":
            field: Any = VoiceCall._meta.get_field(column)
            yield field.documented.said, _shown(column, value)


def _shown(column: str, value: Any) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    return span(value) if "duration" in column else str(value)
