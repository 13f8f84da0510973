"""The telephone system's words and formats, to and from ours; the only place where they appear."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from apps.common.errors import FieldProblem, Problem
from apps.common.storable import unstorable
from apps.facades.salesforce_telephony.body import Body
from apps.facades.salesforce_telephony.errors import CallCenterMismatch
from apps.voice_calls.models import CallCenter, CallCenterRoutingMap, CallType, VoiceCall
from apps.voice_calls.operations import CallUpdate, Method, NewCall
from apps.voice_calls.operations.routing import FlowCall

ORIGINS = ("Preview", "Progressive", "Voicemail")
SUBTYPES = ("PSTN", "WebRTC")
SOURCE_TYPES = ("Sales", "Service")
WEBRTC_DEFAULT = "WEBRTC_DEFAULT"
LONGEST_KEY = 255
LONGEST_PROVIDER = 255
END_USER, HUMAN_AGENT = "END_USER", "HUMAN_AGENT"
CALLBACK = "CALLBACK"

# Operation 2 names the kinds of call in capitals (voice 4.1).
_UPDATE_TYPES: Mapping[str, str] = {
    "INBOUND": CallType.INBOUND,
    "WEBRTC_API": CallType.INBOUND,
    "OUTBOUND": CallType.OUTBOUND,
    "TRANSFER": CallType.TRANSFER,
    "CALLBACK": CallType.CALLBACK,
}
_COMPLAINTS_LEAD = "We created your voice call but there were some errors : "


def check_call_center(body: Body, call_center: CallCenter, *, required: bool = False) -> None:
    """Refuse a body that names another call centre than the token (V-04)."""
    name = body.text("callCenterApiName", required=required)
    if name and name.lower() != call_center.internal_name.lower():
        raise CallCenterMismatch("callCenterApiName is not the call centre of the token")


def call_id(text: str) -> str:
    """The id or key in the path, which may name a call to create (V-45); raises Invalid if no call can have it."""
    body = Body({"id": text})
    found = body.text("id", required=True, longest=LONGEST_KEY)
    body.done()
    assert found is not None
    return found


def new_call(data: Any, call_center: CallCenter, provider: str | None) -> NewCall:
    """The body of operation 1; raises Invalid for what does fail (V-27)."""
    body = Body(data)
    check_call_center(body, call_center, required=True)
    method = body.word("initiationMethod", Method.values, required=True)  # V-20: Outbound is refused
    parent = body.text("parentVoiceCallId", required=method not in (None, Method.INBOUND), longest=LONGEST_KEY)
    key = body.text("vendorCallKey", required=True, longest=LONGEST_KEY)
    started_at = body.time("startTime", required=True)
    subtype = body.word("callSubtype", SUBTYPES) or "PSTN"
    origin = body.word("callOrigin", ORIGINS)
    numbers = {name: _number(body, name, subtype) for name in ("to", "from")}
    _check_participants(body)
    attributes, problems = call_attributes(body)
    body.done()
    assert key is not None
    assert started_at is not None
    return NewCall(
        method=method or Method.INBOUND,
        parent=parent,
        queue=body.text("queue"),
        vendor_call_key=key,
        started_at=started_at,
        to_number=numbers["to"],
        from_number=numbers["from"],
        subtype=subtype,
        origin=origin,
        attributes=attributes,
        problems=problems,
        provider=provider,
    )


def _number(body: Body, name: str, subtype: str) -> str:
    """Required on the telephone network; a browser's caller may have none (V-19)."""
    return body.text(name, required=subtype == "PSTN") or WEBRTC_DEFAULT


def _check_participants(body: Body) -> None:
    """At least one end user with a key; what else is there is passed over (V-23)."""
    sent = body.items("participants")
    valid = [item for item in sent if isinstance(item, Mapping) and _is_end_user(item)]
    if not sent:
        body.refuse("participants", Problem.REQUIRED, "participants is required")
    elif not valid:
        body.refuse("participants", Problem.MALFORMED, "participants needs an END_USER with a participantKey")


def _is_end_user(item: Mapping[str, Any]) -> bool:
    key, kind = item.get("participantKey"), item.get("type")
    return isinstance(key, str) and bool(key) and isinstance(kind, str) and kind.upper() == END_USER


def call_attributes(body: Body) -> tuple[dict[str, Any], list[FieldProblem]]:
    """A JSON object inside a string, or leniently the object itself (V-24); else one problem, no failure."""
    sent = body.data.get("callAttributes")
    try:
        read = json.loads(sent or "{}") if isinstance(sent, str) else sent or {}
        if isinstance(read, dict) and not unstorable(read):
            return read, []
    except (ValueError, RecursionError):
        pass
    problem = FieldProblem(Problem.MALFORMED, ("callAttributes",), "callAttributes is no JSON object", sent)
    return {}, [problem]


def update(data: Any, call_center: CallCenter, provider: str | None) -> CallUpdate:
    """The body of operation 2: everything optional, a value that cannot be used is only noted (V-44)."""
    body = Body(data, is_lenient=True)
    check_call_center(body, call_center)
    attributes, problems = call_attributes(body)
    reason, is_error = _disconnect_reason(body)
    numbers = {"from_phone_number": "fromNumber", "to_phone_number": "toNumber"}
    times = {
        "call_start_date_time": "startTime",
        "call_queued_date_time": "enqueueTime",
        "call_accept_date_time": "acceptTime",
        "call_end_date_time": "endTime",
    }
    seconds = {
        "customer_hold_duration": "totalHoldDuration",
        "longest_hold_duration": "longestHoldDuration",
        "number_of_holds": "numberOfHolds",
    }
    read: dict[str, Any] = {
        **{column: body.text(name, longest=40) for column, name in numbers.items()},
        **{column: body.time(name) for column, name in times.items()},
        **{column: body.whole(name) for column, name in seconds.items()},
        "queue_name": body.text("queue", longest=255),
        "call_origin": body.word("callOrigin", ORIGINS),
        "call_subtype": body.word("callSubtype" if body.has("callSubtype") else "callSubType", SUBTYPES),
        "disconnect_reason": reason,
        "disconnect_is_error": is_error,
    }
    kind = body.word("initiationMethod", _UPDATE_TYPES)
    found = CallUpdate(
        values={column: value for column, value in read.items() if value is not None},
        is_final=not body.flag("isActiveCall"),
        agent=body.text("agent", longest=150),
        recording_location=body.text("recordingLocation", longest=1000),
        recording_seconds=body.whole("totalRecordingDuration"),
        interaction_seconds=body.whole("agentInteractionDuration"),
        wants_callback=reason is not None and reason.upper() == CALLBACK,
        call_type=_UPDATE_TYPES[kind] if kind else None,
        parent=body.text("parentCallIdentifier", longest=LONGEST_KEY),
        attributes=attributes,
        problems=[*problems, *body.notes],
        provider=provider,
    )
    body.done()
    return found


def _disconnect_reason(body: Body) -> tuple[str | None, bool | None]:
    """An object of value and isError, or the plain text; without a value it is passed over (V-46)."""
    sent = body.data.get("disconnectReason")
    if isinstance(sent, Mapping):
        inner = Body(sent, is_lenient=True)
        reason, is_error = inner.text("value", longest=255), inner.flag("isError")
        body.refusals += inner.refusals
        body.notes += inner.notes
        return reason, is_error if reason else None
    return body.text("disconnectReason", longest=255), None


def provider_name(header: str | None) -> str | None:
    return header[:LONGEST_PROVIDER] if header and not unstorable(header) else None


def created(call: VoiceCall, problems: Sequence[FieldProblem]) -> dict[str, Any]:
    """The answer of operation 1: `errors` is an empty list, or one string (voice 3.2, V-26)."""
    call_id: str = call.public_id  # type: ignore[attr-defined]
    return {"voiceCallId": call_id, "errors": _complaints(problems) if problems else []}


def _complaints(problems: Iterable[FieldProblem]) -> str:
    missing = [_api_name(problem) for problem in problems if problem.problem == Problem.REQUIRED]
    others = [_complaint(problem) for problem in problems if problem.problem != Problem.REQUIRED]
    lines = [f"Required fields are missing: [{', '.join(missing)}]"] if missing else []
    return _COMPLAINTS_LEAD + ", ".join([*lines, *others])


def _complaint(problem: FieldProblem) -> str:
    """One complaint in the platform's wording, with the field's API name."""
    name, value = _api_name(problem), _shown(problem.value)
    match problem.problem:
        case Problem.TOO_LONG:
            return f"{name}: data value too large: {value}"
        case Problem.NOT_IN_PICKLIST:
            return f"{name}: bad value for restricted picklist field: {value}"
        case Problem.UNKNOWN_FIELD:
            return f"No such column '{name}' on sobject of type VoiceCall"
        case _:
            return f"{name}: {problem.message}"


def _api_name(problem: FieldProblem) -> str:
    column = problem.fields[0] if problem.fields else ""
    fields = VoiceCall.sobject.fields.values()  # type: ignore[attr-defined]
    return next((declared.api_name for declared, name in fields if name == column), column)


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def flow_call(data: Any) -> FlowCall:
    """The body of operation 5; a demo connector says flowName for flowDevName."""
    body = Body(data)
    found = FlowCall(
        dialed_number=body.text("dialedNumber", required=True, longest=LONGEST_KEY) or "",
        flow=body.text("flowDevName") or body.text("flowName"),
        fallback_queue=body.text("fallbackQueue"),
        inputs=_inputs(body),
    )
    body.done()
    return found


def route(data: Any) -> tuple[str, str | None, Mapping[str, Any]]:
    """The body of operation 6: target, fallback queue, and what is sent along for a flow."""
    body = Body(data)
    target = body.text("routingTarget", required=True, longest=LONGEST_KEY) or ""
    found = target, body.text("fallbackQueue"), _inputs(body)
    body.done()
    return found


def _inputs(body: Body) -> Mapping[str, Any]:
    """Documented as text, sampled and sent as an object; text holds the object."""
    sent = body.data.get("flowInputParameters") or {}
    try:
        read = json.loads(sent) if isinstance(sent, str) else sent
    except (ValueError, RecursionError):
        read = None
    if isinstance(read, Mapping):
        return read
    body.refuse("flowInputParameters", Problem.MALFORMED, "flowInputParameters must be an object")
    return {}


def no_body(data: Any) -> None:
    """Nothing, or `null`, as a published client sends it (voice 2.3); an object says nothing. Raises ParseError."""
    if data is not None:
        Body(data)


def callback(data: Any) -> tuple[str, datetime | None]:
    """Whom to call back, and when: `callbackTime` is ours, and the documents have none."""
    body = Body(data)
    number, due_at = body.text("callbackNumber", required=True) or "", body.time("callbackTime")
    body.done()
    return number, due_at


def chosen(mapped: CallCenterRoutingMap) -> dict[str, str]:
    """The telephone system's own name of whom it is to ring; the other one is empty (V-52)."""
    return {"agent": mapped.external_id if mapped.user else "", "queue": mapped.external_id if mapped.queue else ""}


PENDING = {"status": "pending"}
SUCCESS = {"status": "Success"}
ACCEPTED = {"result": "Accepted"}
NOTED = {"status": "202 Accepted"}
