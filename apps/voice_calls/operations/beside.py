"""Records beside calls that clients may write: contact requests, recordings, call centres and their routing maps."""

from datetime import datetime
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import drop, keep
from apps.common import clock
from apps.common.errors import AlreadyDone, FieldProblem, Invalid, NotFound, Outdated, Problem
from apps.engagements.drafts import Changes, NewRecord, check_one
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.revising import assign
from apps.engagements.visibility import visible
from apps.objects import registry
from apps.objects.cleaning import is_needed
from apps.objects.records import Record
from apps.voice_calls.models import CallCenter, CallCenterRoutingMap, ContactRequest, VoiceCall, VoiceCallRecording
from apps.voice_calls.operations import callbacks

Beside: TypeAlias = CallCenter | CallCenterRoutingMap | ContactRequest | VoiceCallRecording


class NewContactRequest(NewRecord):
    model = ContactRequest


class NewCallCenter(NewRecord):
    model = CallCenter


class NewRoutingMap(NewRecord):
    model = CallCenterRoutingMap


@transaction.atomic
def add(draft: NewRecord, *, by: User) -> Beside:
    """Write a new record. Raises Invalid with every problem; Forbidden where it takes the right to set up.

    A wish to be called back that belongs to a queue, or that nobody is named for, waits as work from now on.
    """
    sobject = draft.sobject
    links = [column for declared, column in sobject.fields.values() if declared.createable and declared.references]
    draft.required = {column for column in links if is_needed(sobject, column)}
    row: Beside = draft.model(**_fitting(draft, check_one(draft, by=by)))
    if isinstance(row, CallCenter):
        row.integration_user = by
    if isinstance(row, ContactRequest):
        _ask(row, by)
    else:
        _save(row, by)
    draft.row = row
    return row


@transaction.atomic
def revise(row: Beside, changes: Changes, *, by: User, unchanged_since: datetime | None = None) -> Beside:
    """Write over a record. Raises as `add`, NotFound if it is gone, Outdated if it was written after that time."""
    found: Beside = _locked(row)
    former_queue = found.owner_queue_id if isinstance(found, ContactRequest) else None
    if unchanged_since is not None and found.last_modified_date > unchanged_since:
        raise Outdated(gettext("somebody has changed it meanwhile"))
    changes.row = found
    assign(found, _fitting(changes, check_one(changes, by=by)))
    _save(found, by)
    if isinstance(found, ContactRequest):
        if found.owner_queue_id and found.owner_queue_id != former_queue:
            callbacks.begin(found)
        if found.status in (callbacks.CONTACTED, callbacks.ABANDONED):
            callbacks.end(found, by=by)
    return found


@transaction.atomic
def delete(row: Beside, *, by: User) -> None:
    """Hide a record; what is set-up alone goes for good. Raises NotFound if it is gone."""
    found = _locked(row)
    if isinstance(found, Record):
        found.deleted_at = clock.now()
        found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
        if isinstance(found, ContactRequest):
            callbacks.end(found, by=by)
    else:
        drop(found, by=by)


@transaction.atomic
def undelete(row: ContactRequest, *, by: User) -> ContactRequest:
    """Bring a contact request back. Raises AlreadyDone if it is not deleted, Invalid if there is another one now."""
    found = ContactRequest.with_deleted.locked().get(pk=row.pk)
    if found.deleted_at is None:
        raise AlreadyDone(gettext("it is not deleted"))
    found.deleted_at = None
    _save(found, by)
    return found


def _ask(row: ContactRequest, by: User) -> None:
    """What belongs to a user from the start is that user's to do."""
    is_anybodys = row.owner_id is None
    if is_anybodys and row.owner_queue_id is None:
        row.owner = by
    calls = registry.of(VoiceCall)
    key = calls.key_of(row.what_id or "")
    row.voice_call = visible(calls, by).filter(pk=key).first() if key else None
    _save(row, by)
    if is_anybodys:
        callbacks.begin(row)


def _fitting(draft: NewRecord, values: dict[str, Any]) -> dict[str, Any]:
    """Without custom fields where the object has none."""
    has_custom = issubclass(draft.sobject.model, Record)
    return {column: value for column, value in values.items() if has_custom or column != "custom_fields"}


def _save(row: Beside, by: User) -> None:
    if not isinstance(row, Record):
        keep(row, by=by)
        return
    try:
        row.validate_constraints()
    except ValidationError as refused:
        raise Invalid(FieldProblem(Problem.CONTRADICTION, [], " ".join(refused.messages))) from None
    if row._state.adding:
        row.created_by = by
    row.touch(by_id=by.pk)
    row.save()


def _locked(row: Beside) -> Any:
    """The callback that comes of a wish before the wish itself, as its own operations do (M-06)."""
    if isinstance(row, ContactRequest):
        EngagementInteraction.objects.locked().filter(contact_request=row).first()
    found = type(row).objects.locked().filter(pk=row.pk).first()
    if found is None:
        raise NotFound(gettext("no such record"))
    return found
