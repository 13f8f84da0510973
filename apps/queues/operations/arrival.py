"""A contact arrives, waits, or gives up before anybody talked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.agents.models import Agent, Channel
from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.inserting import insert
from apps.directory.phone import phone_key
from apps.directory.selectors import only_person_of
from apps.engagements import status
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Conversation, Direction, EngagementInteraction, MappedState
from apps.engagements.vocabulary import channel_value, type_value
from apps.events.catalogue import CallSnapshot
from apps.queues import demands
from apps.queues.models import EndType, EntryType, ExitType, Flow, QueueEntry, Segment, SegmentCause
from apps.queues.operations import endings, matching, overflowing, stays
from apps.queues.operations.live import Actor, Live, lock
from apps.tenants import scope
from apps.tenants.selecting import Select

_BY_NUMBER = (Channel.VOICE, Channel.SMS, Channel.VIDEO)
_NEWEST_LEG = Select(
    lambda interaction: Segment.objects.filter(interaction_id=interaction, ended_at=None).order_by("-number")[:1],
    numbers=["interaction"],
)


@transaction.atomic
def open(
    *,
    channel: str,
    by: User,
    direction: str = Direction.INBOUND,
    customer: str | None = None,
    contact_point: str | None = None,
    subject: str | None = None,
    flow: Flow | None = None,
    user_data: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    external_identifier: str | None = None,
    call: CallSnapshot | None = None,
    at: datetime | None = None,
) -> EngagementInteraction:
    """A contact arrives, and is in the flow. Publishes `engagement.opened`.

    `values` are further columns of the record, already checked; `call` is the telephone system's. A caller known by the
    number is an attendee (M-17).
    """
    live = begin(
        channel=channel,
        by=by,
        direction=direction,
        customer=customer,
        contact_point=contact_point,
        subject=subject,
        user_data=user_data,
        values={"flow": flow, "external_identifier": external_identifier, **(values or {})},
        call=call,
        at=at,
    )
    return live.finish("engagement.opened", save=False)


def begin(
    *,
    channel: str,
    by: User | Agent,
    direction: str,
    customer: str | None,
    contact_point: str | None,
    subject: str | None,
    user_data: Mapping[str, Any] | None,
    values: Mapping[str, Any],
    call: CallSnapshot | None = None,
    at: datetime | None,
) -> Live:
    """The interaction in the flow, with its first leg, its conversation and the attendee whom the number names."""
    at = clock.to_millisecond(at or clock.now())
    user = by.user if isinstance(by, Agent) else by
    number = customer if channel in _BY_NUMBER else None
    key = phone_key(number, scope.tenant().phone_region)
    caller = only_person_of(key)
    interaction = EngagementInteraction(
        **{
            "stage": Stage.FLOW,
            "stage_since": at,
            "opened_at": at,
            "start_date_time": clock.to_second(at),
            "channel": channel,
            "communication_channel": channel_value(channel),
            "direction": direction,
            "type": type_value(direction),
            "customer": customer,
            "contact_point": contact_point,
            "phone_number": number,
            "phone_key": key,
            "initiating_attendee_id": caller.record_id if caller else None,
            "subject": subject,
            "user_data": dict(user_data or {}),
            "owner": user,
            "created_by": user,
            "last_modified_by": user,
            **values,
        }
    )
    status.reach(interaction, MappedState.NEW)
    insert([interaction])
    insert([Segment(interaction=interaction, number=0, cause=SegmentCause.START, started_at=at, call=call)])
    interaction.conversation = Conversation(interaction=interaction, started_at=at)
    insert([interaction.conversation])
    if caller:
        EngagementAttendee.objects.create(
            engagement=interaction,
            external_attendee_id=caller.record_id,
            start_date_time=interaction.start_date_time,
            owner=user,
            created_by=user,
            last_modified_by=user,
        )
    return Live(interaction, at, by)


@transaction.atomic
def enqueue(
    interaction: EngagementInteraction,
    target: stays.Target,
    *,
    by: Actor,
    at: datetime | None = None,
    entry_type: EntryType = EntryType.IVR,
    skills: demands.Levels | None = None,
    priority: int | None = None,
) -> QueueEntry:
    """From the flow into a queue, or to one agent, and at once to whoever is free. Publishes `queue.entered`.

    `skills` and `priority` as in `stays.begin`. Where an overflow rule holds at once, also as `overflow`.
    Raises NotAllowed if that one agent is not signed in for this channel.
    """
    if isinstance(target, Agent):
        stays.require_present(target, interaction.channel)
    live = lock(interaction, "enqueue", by=by, at=at)
    (segment,) = _NEWEST_LEG(interaction=interaction.pk)
    entry = stays.begin(live, segment, target, entry_type, skills=skills, priority=priority)
    live.move_to(Stage.QUEUED)
    live.finish("queue.entered")
    if passed_on := overflowing.at_once(entry):
        return passed_on
    matching.place(entry, at=live.at)
    return entry


@transaction.atomic
def abandon(
    interaction: EngagementInteraction, *, by: Actor = None, at: datetime | None = None, callback: bool = False
) -> EngagementInteraction:
    """The customer left before anybody talked. Publishes `engagement.abandoned`.

    `callback`: the customer hung up after asking to be called back, which is no abandon (voice 4.1).
    """
    live = lock(interaction, "abandon", by=by, at=at)
    endings.customer_left(live, "queue" if live.entry else "flow")
    endings.withdraw_stay(
        live, ExitType.CALLBACK if callback else ExitType.ABANDON, segment=EndType.CUSTOMER_DISCONNECT
    )
    endings.end_segments(live, EndType.CUSTOMER_DISCONNECT)
    endings.end_conversation(live)
    endings.settle(live)  # whoever handed it on may still wrap up
    live.finish("engagement.abandoned")
    matching.refill_withdrawn(live)
    return live.interaction
