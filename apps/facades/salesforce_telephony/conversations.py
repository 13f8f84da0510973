"""Bodies of the operations on what is said: transcript lines and conversation events (voice 5, 7)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.storable import unstorable
from apps.engagements.models.conversation import SenderKind
from apps.facades.salesforce_telephony.body import Body
from apps.voice_calls.operations.signals import Signal
from apps.voice_calls.operations.transcripts import Line

LONGEST = 255
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_BELOW = 100_000_000_000  # smaller values are seconds, larger ones milliseconds (V-08)
_PARTICIPANTS = ("AGENT", "CUSTOMER")


def line(data: Any) -> Line:
    """The body of operation 3; raises Invalid for a missing property (V-37)."""
    body = Body(data)
    found = _line(body)
    body.done()
    return found


def _line(body: Body) -> Line:
    kind = body.word("senderType", SenderKind.values, required=True)
    return Line(
        message_id=body.text("messageId", required=True, longest=LONGEST) or "",
        sender_kind=kind or "",
        participant=body.text("participantId", required=True, longest=LONGEST) or "",
        started_at=_time(body, "startTime", required=True),
        ended_at=_time(body, "endTime", required=True),
        text=body.text("content", required=True) or "",
    )


def entries(data: Any) -> Mapping[str, Sequence[Line]]:
    """The body of operation 4: lines by the calls' keys. Bad ones are passed over, too many refused (V-35, V-36)."""
    body = Body(data)
    sent = body.items("entries")
    if not sent:
        body.refuse("entries", Problem.REQUIRED, "entries is required")
    if len(sent) > settings.TRANSCRIPT_CALLS:
        body.refuse("entries", Problem.OUT_OF_RANGE, f"entries may hold {settings.TRANSCRIPT_CALLS} calls")
    found: dict[str, list[Line]] = {}
    for entry in sent:
        messages = entry.get("messages") if isinstance(entry, Mapping) else None
        key = entry.get("vendorCallKey") if isinstance(entry, Mapping) else None
        if not isinstance(key, str) or unstorable(key):
            continue
        messages = messages if isinstance(messages, list) else [messages]  # XML has a list of one as the one
        if len(messages) > settings.TRANSCRIPT_LINES:
            body.refuse("entries", Problem.OUT_OF_RANGE, f"messages may hold {settings.TRANSCRIPT_LINES} lines")
        found.setdefault(key, []).extend(_readable(messages))
    body.done()
    if not any(found.values()):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["entries"], "no entry could be used"))
    return found


def _readable(messages: Iterable[Any]) -> Iterable[Line]:
    for message in messages:
        if isinstance(message, Mapping):
            body = Body(message)
            found = _line(body)
            if not body.refusals:
                yield found


def signals(data: Any, *, afterwards: bool) -> tuple[str, Sequence[Signal], bool]:
    """The bodies of operations 8 and 9: the service, what it noticed, and whether to keep it."""
    body = Body(data)
    service = body.text("service", required=True, longest=LONGEST) or ""
    keep = body.flag("persist") is not False
    sent = body.items("events")
    if not sent:
        body.refuse("events", Problem.REQUIRED, "events is required")
    found = [_signal(each, body, afterwards) for each in sent]
    body.done()
    return service, found, keep


def _signal(sent: Any, whole: Body, afterwards: bool) -> Signal:
    body = Body(sent if isinstance(sent, Mapping) else {})
    for name in ("value", "score"):  # numbers are as good as their text (V-50)
        if isinstance(body.data.get(name), int | float) and not isinstance(body.data[name], bool):
            body.data[name] = str(body.data[name])
    details = body.data.get("details")
    kind = body.text("type", required=True, longest=80) or ""
    found = Signal(
        type=kind,
        value=body.text("value", required=True, longest=LONGEST) or "",
        started_at=_time(body, "startTime", required=True),
        ended_at=_time(body, "endTime", required=afterwards) if afterwards or body.has("endTime") else None,
        score=body.text("score", longest=40) or "",
        participant=body.word("participant", _PARTICIPANTS, required=afterwards or kind.endswith("Sentiment")) or "",
        details=details if isinstance(details, Mapping) and not unstorable(details) else {},
    )
    whole.refusals += body.refusals
    return found


def _time(body: Body, name: str, *, required: bool = False) -> datetime:
    """Milliseconds since 1970, or seconds, also as text or with a fraction; else the epoch (V-08, V-33)."""
    value = body.data.get(name)
    if value is None and required:
        body.refuse(name, Problem.REQUIRED, f"{name} is required")
    try:
        number = int(float(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0
        return _EPOCH + timedelta(milliseconds=number * 1000 if abs(number) < _SECONDS_BELOW else number)
    except (ValueError, OverflowError):
        return _EPOCH
