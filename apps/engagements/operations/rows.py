"""From checked columns to new rows, nothing written yet: what follows from other columns is worked out here."""

from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.making import new
from apps.directory.phone import phone_key
from apps.engagements import status
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction, MappedState
from apps.engagements.vocabulary import channel_of, direction_of
from apps.objects.records import Record
from apps.tenants import scope


def stamps(by: User, at: datetime) -> dict[str, Any]:
    times = dict.fromkeys(("created_date", "last_modified_date", "system_modstamp"), clock.to_second(at))
    return {**times, "created_by_id": by.pk, "last_modified_by_id": by.pk}


def new_interaction(
    values: Mapping[str, Any], *, state: str | None, at: datetime, stamps: Mapping[str, Any]
) -> EngagementInteraction:
    """A recorded contact; `state` counts where no status is given (C-09). The owner is its creator by default."""
    columns = {"owner_id": stamps["created_by_id"], **_without_empty_owner(values), **stamps}
    interaction = new(EngagementInteraction, columns)
    status.write(interaction, columns.get("status"), without=MappedState(state or MappedState.NEW))
    follow(interaction, vars(interaction), at=at)
    return interaction


def follow(interaction: EngagementInteraction, written: Container[str], *, at: datetime) -> None:
    """Work out the columns that follow from those written; `at` is when.

    What says how the contact went (channel, direction, begin and end) follows only while it is a mere record: of one
    that was live here, the journal knows better.
    """
    if "phone_number" in written:
        interaction.phone_key = phone_key(interaction.phone_number, scope.tenant().phone_region)
    if (
        "is_attendee_verified" in written
        and interaction.is_attendee_verified
        and interaction.attendee_verification_time is None
    ):
        interaction.attendee_verification_time = clock.to_second(at)  # C-11
    if interaction.stage == Stage.RECORDED:
        interaction.opened_at = interaction.start_date_time
        interaction.closed_at = interaction.end_date_time
        interaction.channel = channel_of(interaction.communication_channel)
        interaction.direction = direction_of(interaction.type)
        interaction.customer = interaction.phone_number


def new_child(model: type[Record], values: Mapping[str, Any], stamps: Mapping[str, Any]) -> Any:
    """An attendee or topic; its values name the interaction."""
    return new(model, {"owner_id": stamps["created_by_id"], **_without_empty_owner(values), **stamps})


def _without_empty_owner(values: Mapping[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in values.items() if column != "owner_id" or value is not None}


def owner_as_attendee(
    interaction: EngagementInteraction, listed: Container[int], stamps: Mapping[str, Any]
) -> Iterator[EngagementAttendee]:
    """The user inside takes part, too, unless the request lists that user's key already (C-14)."""
    owner = interaction.owner_id
    if not scope.tenant().auto_create_internal_attendee or owner in listed:
        return
    values = {
        "engagement_id": interaction.pk,
        "internal_attendee_id": owner,
        "owner_id": owner,
        "start_date_time": interaction.start_date_time,
        "end_date_time": interaction.end_date_time,
    }
    yield new(EngagementAttendee, {**values, **stamps})
