"""Bringing contacts in, many at once. Each is checked and told of as if it had come alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import Invalid, NotAllowed, SwitchroomError
from apps.common.inserting import insert
from apps.common.updating import update
from apps.engagements.drafts import Changes, NewAttendee, NewInteraction, check_each
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import many
from apps.engagements.operations.many.outcomes import write_unique
from apps.engagements.operations.recording import new_row, write_rest
from apps.engagements.operations.rows import stamps
from apps.imports.fields import END, START
from apps.imports.journal import settle, write_journal
from apps.imports.known import Known
from apps.imports.models import ImportedInteraction
from apps.imports.planning import Planned
from apps.queues.models import Segment
from apps.queues.operations.followers import retelling


class Outcome(Enum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class _Held:
    """A contact that has the identifier already."""

    row: EngagementInteraction
    checksum: str | None  # None: it came by another way


def bring_in(
    rows: Sequence[Planned], known: Known, *, by: User, at: datetime | None = None
) -> list[Outcome | SwitchroomError]:
    """Write the contacts of rows without mistakes, no identifier twice. What is written already stays as it is.

    Publishes `engagement.recorded` of each that is new and `engagement.changed` of each that is other than before.
    """
    at = at or clock.now()
    with transaction.atomic(savepoint=False):
        held = _held([row.identifier for row in rows])
        outcomes: dict[int, Outcome | SwitchroomError] = {}
        fresh, again = [], []
        for row in rows:
            found = held.get(row.identifier)
            if found is None:
                fresh.append(row)
            elif found.checksum == row.checksum:
                outcomes[row.number] = Outcome.UNCHANGED
            elif found.checksum is None and found.row.stage != Stage.RECORDED:
                outcomes[row.number] = NotAllowed(gettext("the contact of this identifier was live here"))
            else:
                again.append(row)
        outcomes |= _add(fresh, known, by, at)
        outcomes |= _revise(again, held, known, by, at)
    return [outcomes[row.number] for row in rows]


def _held(identifiers: Iterable[str]) -> dict[str, _Held]:
    found = EngagementInteraction.objects.filter(external_identifier__in=list(identifiers))
    rows = {row.pk: row for row in found}
    came = dict(ImportedInteraction.objects.filter(pk__in=rows).values_list("pk", "checksum"))
    return {str(row.external_identifier): _Held(row, came.get(row.pk)) for row in rows.values()}


def _add(rows: Sequence[Planned], known: Known, by: User, at: datetime) -> dict[int, Any]:
    drafts = [_draft(row) for row in rows]
    checked, stamped = check_each(drafts, by=by), stamps(by, at)
    outcomes: list[Any] = [
        stored if isinstance(stored, Invalid) else new_row(draft, stored, stamped, at)
        for draft, stored in zip(drafts, checked, strict=True)
    ]
    _settle_each(outcomes, rows)
    write_unique(outcomes, insert)
    written = [
        (draft, stored, row)
        for draft, stored, outcome, row in zip(drafts, checked, outcomes, rows, strict=True)
        if not isinstance(stored, Invalid) and not isinstance(outcome, SwitchroomError)
    ]
    write_rest([(draft, stored) for draft, stored, _ in written], by, at)
    pairs = [(draft.row, row) for draft, _, row in written]
    write_journal(pairs, known)
    _note(pairs)
    return {
        row.number: outcome if isinstance(outcome, SwitchroomError) else Outcome.ADDED
        for row, outcome in zip(rows, outcomes, strict=True)
    }


def _draft(row: Planned) -> NewInteraction:
    times = {"start_date_time": row.journal.get(START), "end_date_time": row.journal.get(END)}
    return NewInteraction(
        _owned(row),
        custom_fields=row.custom,
        numeric_text=True,
        attendees=[NewAttendee({**times, "external_attendee_id": each}) for each in row.attendees],
    )


def _owned(row: Planned) -> Mapping[str, Any]:
    """Who took it owns it, unless the file says who does."""
    agent = row.journal.get("agent")
    owner = {"owner": agent.user} if agent and not row.record.get("owner") else {}
    return {**row.record, **owner}


def _revise(rows: Sequence[Planned], held: Mapping[str, _Held], known: Known, by: User, at: datetime) -> dict[int, Any]:
    """Write over the record, and put the journal of the file in place of the former."""
    changes = [
        Changes(_owned(row), custom_fields=row.custom, numeric_text=True, row=held[row.identifier].row) for row in rows
    ]
    outcomes: list[Any] = list(many.revise_many(changes, by=by, at=at)) if changes else []
    _settle_each(outcomes, rows)
    pairs = [
        (outcome, row) for outcome, row in zip(outcomes, rows, strict=True) if not isinstance(outcome, SwitchroomError)
    ]
    keys = [interaction.pk for interaction, _ in pairs]
    _tell(keys)
    update([interaction for interaction, _ in pairs])
    Segment.objects.filter(interaction__in=keys).delete()
    write_journal(pairs, known)
    _tell(keys)
    _add_attendees(pairs, by, at)
    ImportedInteraction.objects.filter(pk__in=keys).delete()
    _note(pairs)
    return {
        row.number: outcome if isinstance(outcome, SwitchroomError) else Outcome.CHANGED
        for row, outcome in zip(rows, outcomes, strict=True)
    }


def _tell(keys: Sequence[int]) -> None:
    """Who keeps figures of these contacts. The event of a record that has not changed would tell nobody."""
    for tell in retelling:
        tell(keys)


def _settle_each(outcomes: Sequence[Any], rows: Sequence[Planned]) -> None:
    for outcome, row in zip(outcomes, rows, strict=True):
        if not isinstance(outcome, SwitchroomError):
            settle(outcome, row)


def _add_attendees(pairs: Sequence[tuple[EngagementInteraction, Planned]], by: User, at: datetime) -> None:
    """Those whom the file names and the record lacks. Nobody is taken away: somebody here may have added them."""
    for interaction, row in pairs:
        there = set(interaction.attendees.values_list("external_attendee_id", flat=True)) if row.attendees else set()
        times = {"start_date_time": row.journal.get(START), "end_date_time": row.journal.get(END)}
        drafts = [
            NewAttendee({**times, "external_attendee_id": each, "engagement": interaction})
            for each in row.attendees
            if each not in there
        ]
        if drafts:
            many.add_many(drafts, by=by, at=at)


def _note(pairs: Sequence[tuple[EngagementInteraction, Planned]]) -> None:
    ImportedInteraction.objects.bulk_create(
        [ImportedInteraction(interaction=interaction, checksum=row.checksum) for interaction, row in pairs]
    )
