"""Somebody asks to be called back."""

from datetime import datetime

from django.db import transaction

from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.voice_calls.models import CallCenter, ContactRequest
from apps.voice_calls.operations.create import LONGEST_NUMBER, serialise
from apps.voice_calls.operations.find import existing
from apps.voice_calls.operations.ledger import tell


@transaction.atomic
def request_callback(
    call_center: CallCenter, call_id: str, number: str, *, at: datetime | None = None
) -> tuple[ContactRequest, bool]:
    """Note the wish, with whether it is new: the same number for the same call is asked once (V-48).

    Publishes `engagement.changed`. Raises Invalid for a number that is too long.
    """
    if len(number) > LONGEST_NUMBER:
        message = f"callbackNumber is longer than {LONGEST_NUMBER} characters"
        raise Invalid(FieldProblem(Problem.TOO_LONG, ["callbackNumber"], message, number))
    call = existing(call_center, call_id)
    serialise(call_center, f"callback of {call.pk}")
    if found := call.contact_requests.filter(status="New", preferred_phone=number).first():
        return found, False
    by = call_center.integration_user
    made = ContactRequest.objects.create(
        voice_call=call,
        what_id=call.public_id,  # type: ignore[attr-defined]
        who_id=call.related_record_id if (call.related_record_id or "").startswith(("003", "00Q")) else None,
        preferred_phone=number,
        owner=by,
        created_by=by,
        last_modified_by=by,
    )
    tell(call, by=by, at=at or clock.now(), event="callback requested")
    return made, True
