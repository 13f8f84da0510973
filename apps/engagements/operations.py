"""What changes the record alone. Live interactions change through `queues.operations` (M-10)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.errors import AlreadyDone, FieldProblem, Invalid, NotAllowed, NotFound, Problem
from apps.common.inserting import insert
from apps.directory.phone import phone_key
from apps.engagements import status
from apps.engagements.drafts import NewAttendee, NewInteraction, NewTopic, check
from apps.engagements.models import EngagementInteraction, MappedState
from apps.engagements.snapshot import snapshot
from apps.engagements.vocabulary import channel_of, direction_of
from apps.events.ledger import publish
from apps.objects.records import Record
from apps.tenants import scope
from apps.topics.models import EngagementTopic

__all__ = ["NewAttendee", "NewInteraction", "NewTopic", "delete", "record", "undelete"]

_UNIQUE_IDENTIFIER = "interaction_external_identifier_unique"


def record(draft: NewInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Write down a contact with its attendees and topics, all or nothing. Publishes `engagement.recorded`.

    Adds an attendee for the owner (C-14). Each part of the draft gets its `row`. Raises Invalid with every problem,
    ordered interaction, attendees, topics. An external identifier that is taken undoes the caller's transaction, too:
    a savepoint for each create would cost more than it is worth, and who wants to go on sets one.
    """
    at = at or clock.now()
    checked = check(draft, by=by)
    with transaction.atomic(savepoint=False):
        return _record(draft, checked, by, at)


def _record(draft: NewInteraction, checked: list[dict[str, Any]], by: User, at: datetime) -> EngagementInteraction:
    own, *children = checked
    stamps = _stamps(by, at)
    interaction = draft.row = _interaction(own, draft, by, at, stamps)
    with _one_identifier(interaction):
        insert([interaction])
    attendees = [_child(EngagementAttendee, interaction, each, stamps) for each in children[: len(draft.attendees)]]
    topics = [_child(EngagementTopic, interaction, each, stamps) for each in children[len(draft.attendees) :]]
    for part, row in zip((*draft.attendees, *draft.topics), (*attendees, *topics), strict=True):
        part.row = row
    insert([*attendees, *_owner_as_attendee(interaction, attendees, stamps)])
    insert(topics)
    _publish("engagement.recorded", interaction, by=by, at=at)
    return interaction


def _stamps(by: User, at: datetime) -> dict[str, Any]:
    times = dict.fromkeys(("created_date", "last_modified_date", "system_modstamp"), clock.to_second(at))
    return {**times, "created_by": by, "last_modified_by": by}


def _interaction(
    values: Mapping[str, Any], draft: NewInteraction, by: User, at: datetime, stamps: Mapping[str, Any]
) -> EngagementInteraction:
    """The columns that follow from others: channel, direction, begin and end of the journal, number, state, time."""
    columns = {"owner": by, **_without_empty_owner(values), **stamps}
    own_status = columns.pop("status", None)
    interaction = EngagementInteraction(**columns)
    status.write(interaction, own_status, without=MappedState(draft.mapped_state or MappedState.NEW))
    interaction.opened_at = interaction.start_date_time
    interaction.closed_at = interaction.end_date_time
    interaction.channel = channel_of(interaction.communication_channel)
    interaction.direction = direction_of(interaction.type)
    interaction.customer = interaction.phone_number
    interaction.phone_key = phone_key(interaction.phone_number, scope.tenant().phone_region)
    if interaction.is_attendee_verified and interaction.attendee_verification_time is None:
        interaction.attendee_verification_time = clock.to_second(at)  # C-11
    return interaction


def _without_empty_owner(values: Mapping[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in values.items() if column != "owner_id" or value is not None}


def _child(
    model: type[Record], interaction: EngagementInteraction, values: Mapping[str, Any], stamps: Mapping[str, Any]
) -> Any:
    owner = {"owner": stamps["created_by"]}
    return model(**{**owner, **_without_empty_owner(values), **stamps, "engagement": interaction})


def _owner_as_attendee(
    interaction: EngagementInteraction, attendees: list[EngagementAttendee], stamps: Mapping[str, Any]
) -> Iterator[EngagementAttendee]:
    """The user inside takes part, too, unless the request lists that user already (C-14)."""
    owner = interaction.owner_id
    if not scope.tenant().auto_create_internal_attendee or any(
        each.internal_attendee_id == owner for each in attendees
    ):
        return
    yield EngagementAttendee(
        engagement=interaction,
        internal_attendee_id=owner,
        owner_id=owner,
        start_date_time=interaction.start_date_time,
        end_date_time=interaction.end_date_time,
        **stamps,
    )


@transaction.atomic
def delete(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> None:
    """Hide the interaction with its attendees and topics (C-31). Publishes `engagement.deleted`.

    Raises NotFound if it is gone already, NotAllowed while it is live: `queues.operations.delete` closes first (M-24).
    """
    at = at or clock.now()
    found = EngagementInteraction.objects.locked().filter(pk=interaction.pk).first()
    if found is None:
        raise NotFound("no such interaction")
    if found.is_live:
        raise NotAllowed("a live interaction is closed before it is deleted")
    found.deleted_at = at  # the children get the same instant, so that undelete knows which went with it
    found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
    for model in (EngagementAttendee, EngagementTopic):
        model.objects.filter(engagement=found).update(deleted_at=at, **_touched(found))
    _publish("engagement.deleted", found, by=by, at=at)


@transaction.atomic
def undelete(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Bring the interaction back with what was deleted along with it (M-24). Publishes `engagement.undeleted`.

    Raises AlreadyDone if it is not deleted, Invalid if its external identifier was taken meanwhile.
    """
    at = at or clock.now()
    found = EngagementInteraction.with_deleted.locked().filter(pk=interaction.pk).first()
    if found is None:
        raise NotFound("no such interaction")
    if found.deleted_at is None:
        raise AlreadyDone("it is not deleted")
    deleted_at, found.deleted_at = found.deleted_at, None
    with _one_identifier(found):
        found.save(update_fields=["deleted_at", *found.touch(by_id=by.pk)])
    for model in (EngagementAttendee, EngagementTopic):
        rows = model.with_deleted.filter(engagement=found, deleted_at=deleted_at)
        rows.update(deleted_at=None, **_touched(found))
    _publish("engagement.undeleted", found, by=by, at=at)
    return found


def _touched(found: Record) -> dict[str, Any]:
    return {column: getattr(found, column) for column in ("last_modified_date", "system_modstamp", "last_modified_by")}


@contextmanager
def _one_identifier(interaction: EngagementInteraction) -> Iterator[None]:
    """Raises Invalid where another contact holds the external identifier (C-05)."""
    try:
        yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != _UNIQUE_IDENTIFIER:
            raise
        value = interaction.external_identifier
        message = f"The external identifier {value} is used by another interaction."
        raise Invalid(FieldProblem(Problem.DUPLICATE, ["external_identifier"], message, value)) from error


def _publish(name: str, interaction: EngagementInteraction, *, by: User, at: datetime) -> None:
    publish(
        name,
        interaction_id=interaction.pk,
        by_id=by.pk,
        data={"interaction": snapshot(interaction), "parts": [], "changes": {}},
        at=at,
    )
