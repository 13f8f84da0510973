"""A contact that an adapter writes down while its telephone system has told of the call already (M-19)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common.errors import SwitchroomError
from apps.common.storable import unstorable
from apps.engagements import operations as engagements
from apps.engagements.drafts import Changes, NewInteraction, NewRecord, check
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.many import add_many, revise_parts
from apps.queues import operations as queues


def record_contact(draft: NewInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Write a contact down. If its external identifier is the key of a call whose contact has none, complete that one.

    Completing writes over what the draft names, adds its topics and those attendees that do not take part yet, and
    publishes as the operations on each; else as `engagements.record`, and Invalid with every problem in either case.
    """
    with transaction.atomic(savepoint=False):
        found = _contact_of_call(draft.values.get("external_identifier"), by)
        return _complete(found, draft, by, at) if found else engagements.record(draft, by=by, at=at)


def _complete(
    found: EngagementInteraction, draft: NewInteraction, by: User, at: datetime | None
) -> EngagementInteraction:
    _, *children = check(draft, by=by)
    row = draft.row = queues.revise(found, _changes(draft, found), by=by, at=at)
    _add_attendees(draft, children, by, at)
    _add(draft.topics, row, by, at)
    return row


def _contact_of_call(identifier: Any, by: User) -> EngagementInteraction | None:
    """Under lock, so that of two adapters only one completes it."""
    if not isinstance(identifier, str) or not identifier.strip() or unstorable(identifier):
        return None
    seen = EngagementInteraction.objects.visible_to(by).locked()
    calls = {"voice_calls__vendor_call_key": identifier.strip(), "voice_calls__deleted_at": None}
    return seen.filter(external_identifier=None, **calls).order_by("-pk").first()


def _changes(part: NewRecord, row: Any) -> Changes:
    return Changes(part.values, part.custom_fields, numeric_text=part.numeric_text, row=row)


def _add_attendees(draft: NewInteraction, stored: Sequence[Mapping[str, Any]], by: User, at: datetime | None) -> None:
    there = list(EngagementAttendee.objects.filter(engagement=draft.row, voice_call=None).order_by("pk"))
    known: list[Changes] = []
    new: list[NewRecord] = []
    for part, columns in zip(draft.attendees, stored, strict=False):
        row = next((row for row in there if _is_same(row, columns)), None)
        if row is None:
            new.append(part)
            continue
        there.remove(row)
        part.row = row
        known.append(_changes(part, row))
    _done(revise_parts(known, by=by, at=at))
    _add(new, draft.row, by, at)


def _is_same(row: EngagementAttendee, columns: Mapping[str, Any]) -> bool:
    """Whether both name one and the same person."""
    names = ("external_attendee_id", "internal_attendee_id")
    return any(columns.get(name) is not None and columns[name] == getattr(row, name) for name in names)


def _add(parts: Sequence[Any], to: EngagementInteraction, by: User, at: datetime | None) -> None:
    for part in parts:
        part.values = {**part.values, "engagement": to}
    if parts:
        _done(add_many(parts, by=by, at=at))


def _done(outcomes: Sequence[Any]) -> None:
    """All of it or nothing: what was checked a moment ago is refused only if somebody took it away since."""
    for each in outcomes:
        if isinstance(each, SwitchroomError):
            raise each
