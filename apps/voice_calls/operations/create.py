"""A call begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils.translation import gettext
from uuid6 import uuid7

from apps.agents.models import Channel
from apps.common import clock
from apps.common.errors import FieldProblem, Problem
from apps.common.inserting import insert
from apps.engagements.models import Direction, EngagementInteraction
from apps.events.catalogue import CallSnapshot
from apps.queues import operations as queues
from apps.queues.models import Segment
from apps.queues.operations.stays import carry_on
from apps.tenants.selecting import Select
from apps.voice_calls.models import (
    CallCenter,
    CallDisposition,
    CallType,
    ConversationParticipant,
    NumberRoute,
    VoiceCall,
)
from apps.voice_calls.operations import attributes
from apps.voice_calls.operations.ledger import tell
from apps.voice_calls.operations.limits import require_room
from apps.voice_calls.operations.numbers import decision_of, route_of

LONGEST_NUMBER = 40
END_USER = "END_USER"
SERVICE = "Service"


class Method(models.TextChoices):
    """How a call comes about; `Conference` is an older word for somebody added to a call (V-20)."""

    INBOUND = "Inbound"
    TRANSFER = "Transfer"
    CONFERENCE = "Conference"


@dataclass(frozen=True)
class NewCall:
    """A call as its telephone system announces it. `problems` are those found while it was read.

    `parent` is the id or key of the leg that a transfer or conference comes from, `queue` whom it asks.
    """

    vendor_call_key: str
    started_at: datetime
    to_number: str
    from_number: str
    call_type: str = CallType.INBOUND
    method: str = Method.INBOUND
    parent: str | None = None
    queue: str | None = None
    subtype: str | None = "PSTN"
    origin: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    provider: str | None = None
    uuid: UUID = field(default_factory=uuid7)

    @property
    def on_leg(self) -> CallSnapshot:
        return CallSnapshot(key=self.vendor_call_key, uuid=str(self.uuid))


@dataclass(frozen=True)
class Created:
    """`problems`: values that could not be kept; the call was created without them (V-26)."""

    call: VoiceCall
    is_new: bool
    problems: Sequence[FieldProblem]


def create_inbound(call_center: CallCenter, draft: NewCall, *, at: datetime | None = None) -> Created:
    """A customer calls: the call, its conversation and its interaction (M-19).

    It waits if the entry rules or the number lead to somebody. A call that is known already is left as it is (V-22).
    Publishes `engagement.opened`, `engagement.changed` with the call, and `queue.entered`. Within a transaction of its
    caller.
    """
    serialise(call_center, draft.vendor_call_key)
    if known := _known(call_center, draft.vendor_call_key):
        return Created(known, is_new=False, problems=())
    route = route_of(call_center, draft.to_number)
    created = first_leg(call_center, draft, route=route, at=at)
    if created.call.interaction:
        queues.route_arrival(
            created.call.interaction,
            by=call_center.integration_user,
            otherwise=decision_of(route, created.call, {}),
            records=(created.call,),
            at=at,
        )
    return created


def serialise(call_center: CallCenter, key: str) -> None:
    """Until this transaction ends, nobody else creates a call with this key here: there is no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, %s))", [f"call {key}", call_center.pk])


def _known(call_center: CallCenter, key: str) -> VoiceCall | None:
    return _KNOWN.first(center=call_center.pk, key=key)


_KNOWN = Select(
    lambda center, key: VoiceCall.with_deleted.filter(
        call_center_id=center, vendor_call_key=key, from_telephony=True
    ).exclude(call_type=CallType.TRANSFER),
    numbers=["center"],
    texts=["key"],
)


def first_leg(
    call_center: CallCenter,
    draft: NewCall,
    *,
    route: NumberRoute | None = None,
    before: VoiceCall | None = None,
    at: datetime | None = None,
) -> Created:
    """The first leg of a call: opens an interaction, in the flow, and joins a new VoiceCall to it (voice 3.3).

    `before` is an earlier call that this one came of.
    """
    at = at or clock.now()
    checked = check(draft)
    interaction = _open(call_center, draft, checked.numbers, route, at)
    leg, caller = _first_segment(interaction), _caller(interaction)
    made = write(call_center, draft, checked, interaction, leg, caller=caller, at=at, **_after(before))
    _lead_on(before, made.call)
    return made


def _after(before: VoiceCall | None) -> dict[str, Any]:
    return {"previous_call": before, "vendor_parent_call_key": before.vendor_call_key} if before else {}


def _lead_on(before: VoiceCall | None, call: VoiceCall) -> None:
    """The earlier call points to this one, unless it went on in another."""
    if before and before.next_call_id is None:
        before.next_call = call
        before.save(update_fields=["next_call"])


def _first_segment(interaction: EngagementInteraction) -> Segment:
    (found,) = _SEGMENT(interaction=interaction.pk)
    return found


_SEGMENT = Select(
    lambda interaction: Segment.objects.filter(interaction_id=interaction, number=0), numbers=["interaction"]
)


def join(
    call_center: CallCenter,
    draft: NewCall,
    interaction: EngagementInteraction,
    *,
    before: VoiceCall | None = None,
    at: datetime,
) -> Created:
    """The call of a contact that an agent began here (M-23). `before` as for `first_leg`, if this is no callback."""
    leg = Segment.objects.filter(interaction=interaction, ended_at=None, voice_call=None).order_by("number").first()
    agent = interaction.handler.user if interaction.handler else interaction.owner
    if asked := _call_before(interaction):
        draft, before = replace(draft, call_type=CallType.CALLBACK), asked
    made = write(
        call_center, draft, check(draft), interaction, leg, owner_user=agent, user=agent, at=at, **_after(before)
    )
    _lead_on(before, made.call)
    return made


def _call_before(interaction: EngagementInteraction) -> VoiceCall | None:
    """The call whose caller asked to be called back (voice 9.5); None if this is no callback."""
    asked = VoiceCall.objects.filter(contact_requests__callback=interaction)
    found: VoiceCall | None = asked.first() if interaction.direction == Direction.OUTBOUND else None
    return found


def _caller(interaction: EngagementInteraction) -> ConversationParticipant:
    caller = ConversationParticipant(
        conversation=interaction.conversation,
        participant_key=END_USER,
        participant_role=ConversationParticipant.Role.END_USER,
        app_type="telephony_integration",
        crm_record_id=interaction.initiating_attendee_id,
        joined_time=interaction.conversation.started_at,
    )
    insert([caller])
    return caller


@dataclass
class Checked:
    """What of a draft can be kept, and what is wrong with the rest (V-26)."""

    columns: dict[str, Any]
    custom_fields: dict[str, Any]
    numbers: dict[str, str]
    problems: list[FieldProblem]


def check(draft: NewCall) -> Checked:
    kept = attributes.check(draft.attributes)
    problems = [*draft.problems, *kept.problems]
    numbers = _numbers(draft, kept.columns.pop("from_phone_number", None), problems)
    return Checked(kept.columns, kept.custom_fields, numbers, problems)


def write(
    call_center: CallCenter,
    draft: NewCall,
    checked: Checked,
    interaction: EngagementInteraction | None,
    leg: Segment | None,
    *,
    at: datetime,
    **columns: Any,
) -> Created:
    """The VoiceCall itself, and the event that tells of it. Raises LimitExceeded if too many calls are open."""
    require_room()
    by = call_center.integration_user
    call = VoiceCall(
        **{
            "uuid": draft.uuid,
            "interaction": interaction,
            "segment": leg,
            "conversation": interaction.conversation if interaction else None,
            "call_center": call_center,
            "from_telephony": True,
            "call_type": draft.call_type,
            "vendor_call_key": draft.vendor_call_key,
            "call_start_date_time": clock.to_second(draft.started_at),
            "call_origin": draft.origin,
            "call_subtype": draft.subtype,
            "call_disposition": CallDisposition.NEW,
            "source_type": SERVICE,  # V-29
            "related_record_id": interaction.initiating_attendee_id if interaction else None,
            "owner_user": by,
            "created_by": by,
            "last_modified_by": by,
            "custom_fields": checked.custom_fields,
            "vendor_figures": {"started": draft.started_at.isoformat()},
            **checked.numbers,
            **checked.columns,
            **columns,
        }
    )
    insert([call])
    if leg and leg.call != draft.on_leg:
        carry_on(leg, draft.on_leg)
    tell(call, by=by, at=at, event="created", provider=draft.provider, problems=checked.problems)
    return Created(call, is_new=True, problems=checked.problems)


def _numbers(draft: NewCall, shown_caller: str | None, problems: list[FieldProblem]) -> dict[str, str]:
    """Both numbers; one that is too long is left empty, never cut off (V-26). `shown_caller` goes first (V-25)."""
    numbers = {"from_phone_number": shown_caller or draft.from_number, "to_phone_number": draft.to_number}
    for column, number in numbers.items():
        if len(number) > LONGEST_NUMBER:
            problems.append(FieldProblem(Problem.TOO_LONG, (column,), gettext("too long"), number))
            numbers[column] = ""
    return numbers


def _open(
    call_center: CallCenter, draft: NewCall, numbers: Mapping[str, str], route: NumberRoute | None, at: datetime
) -> EngagementInteraction:
    """The journal begins when the call began, unless the vendor's clock is ahead of ours."""
    outbound = draft.call_type in (CallType.OUTBOUND, CallType.CALLBACK)
    customer, here = numbers["from_phone_number"], numbers["to_phone_number"]
    if outbound:
        customer, here = here, customer
    return queues.open(
        channel=Channel.VOICE,
        direction=Direction.OUTBOUND if outbound else Direction.INBOUND,
        customer=customer or None,
        contact_point=here or None,
        flow=route.flow if route else None,
        call=draft.on_leg,
        by=call_center.integration_user,
        at=min(draft.started_at, at),
    )
