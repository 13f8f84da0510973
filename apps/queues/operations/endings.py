"""How parts, stays, holds, legs and at last the interaction come to an end; shared by the operations that end them."""

from django.db.models import QuerySet

from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.common.updating import save
from apps.engagements import status
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Conversation, MappedState
from apps.queues.models import EndType, ExitType, Hold, HoldKind, OfferState, Outcome, Segment, WorkOffer
from apps.queues.models.journal import CancelCause
from apps.queues.operations import capacity, stays
from apps.queues.operations.live import Live
from apps.tenants.changing import Change

# What the end of a part may write down.
_PART = (
    *("state", "outcome", "cancel_cause", "answered_at", "left_at", "ended_at", "deadline_at"),
    *("disposition_id", "is_remembered"),
)
_END_SEGMENT = Change(
    lambda key, at, end_type: (
        Segment.objects.filter(pk=key, ended_at=None),
        {"ended_at": at, "end_type": end_type},
    ),
    numbers=["key"],
    texts=["end_type"],
    times=["at"],
)
_END_SEGMENTS = Change(
    lambda interaction, at, end_type: (
        Segment.objects.filter(interaction_id=interaction, ended_at=None),
        {"ended_at": at, "end_type": end_type},
    ),
    numbers=["interaction"],
    texts=["end_type"],
    times=["at"],
)
_END_CONVERSATION = Change(
    lambda interaction, at: (
        Conversation.objects.filter(interaction_id=interaction, ended_at=None),
        {"ended_at": at},
    ),
    numbers=["interaction"],
    times=["at"],
)
_END_HOLDS = Change(
    lambda offer, at: (Hold.objects.filter(offer_id=offer, ended_at=None), {"ended_at": at}),
    numbers=["offer"],
    times=["at"],
)
_END_ATTENDING = Change(
    lambda engagement, user, at, now: (
        EngagementAttendee.objects.filter(engagement_id=engagement, internal_attendee_id=user, end_date_time=None),
        {"end_date_time": at, "system_modstamp": now},
    ),
    numbers=["engagement", "user"],
    times=["at", "now"],
)


def refuse(live: Live, offer: WorkOffer, outcome: Outcome, cause: CancelCause | None = None) -> None:
    """An offer ends without having been taken; the agent is free again."""
    offer.state, offer.outcome, offer.cancel_cause = OfferState.ENDED, outcome, cause
    offer.answered_at = offer.ended_at = live.at
    offer.deadline_at = None
    save(offer, *_PART)
    capacity.release(offer, at=live.at)
    if live.entry and live.entry.offered_to_id == offer.agent_id:
        live.entry.offered_to = live.entry.reserved_for = live.entry.reserved_until = None
        save(live.entry, "offered_to_id", "reserved_for_id", "reserved_until")


def withdraw_offer(live: Live, cause: CancelCause = CancelCause.WITHDRAWN) -> None:
    """Nobody is offered the open stay any more."""
    for offer in live.in_state(OfferState.OFFERED):
        refuse(live, offer, Outcome.CANCELLED, cause)


def withdraw_stay(live: Live, exit_type: ExitType, *, segment: EndType | None = None) -> None:
    """The open stay ends without an agent; an offer out of it is withdrawn."""
    if live.entry is None:
        return
    gone = exit_type in (ExitType.ABANDON, ExitType.CALLBACK)
    withdraw_offer(live, CancelCause.CUSTOMER_LEFT if gone else CancelCause.WITHDRAWN)
    stays.end(live, exit_type)
    if segment and live.entry.segment.ended_at is None:
        _END_SEGMENT(key=live.entry.segment_id, at=live.at, end_type=segment)


def leave(live: Live, offer: WorkOffer, *, wrap_up: bool, leg: EndType = EndType.SUCCESS) -> None:
    """An agent's part with the customer is over: to wrap-up if there is any, else ended at once. `leg`: how it ends."""
    offer.left_at = live.at
    _after_holds(live, _END_HOLDS(offer=offer.pk, at=live.at))
    _END_ATTENDING(
        engagement=live.interaction.pk, user=offer.agent.user_id, at=clock.to_second(live.at), now=clock.now()
    )
    _END_SEGMENT(key=offer.segment_id, at=live.at, end_type=leg)
    if wrap_up and (seconds := capacity.wrap_up_seconds(offer)) != 0:
        offer.state = OfferState.WRAP_UP
        offer.deadline_at = capacity.deadline(live.at, seconds)
        save(offer, *_PART)
        capacity.after_call_work(offer, at=live.at)
    else:
        end_part(live, offer)


def end_part(live: Live, offer: WorkOffer) -> None:
    """An agent's part is over, wrap-up and all; the agent is free again."""
    offer.state, offer.ended_at, offer.deadline_at = OfferState.ENDED, live.at, None
    save(offer, *_PART)
    capacity.release(offer, at=live.at)


def customer_holds(live: Live) -> QuerySet[Hold]:
    return Hold.objects.filter(interaction=live.interaction, kind__in=(HoldKind.CUSTOMER, HoldKind.TRANSFER))


def end_holds(live: Live, holds: QuerySet[Hold]) -> int:
    """End those of the holds that are open; returns how many were."""
    return _after_holds(live, holds.filter(ended_at=None).update(ended_at=live.at))


def _after_holds(live: Live, ended: int) -> int:
    if ended and live.interaction.held_since and not customer_holds(live).filter(ended_at=None).exists():
        live.interaction.held_since = None
    return ended


def end_segments(live: Live, end_type: EndType) -> None:
    """All that are open."""
    _END_SEGMENTS(interaction=live.interaction.pk, at=live.at, end_type=end_type)


def customer_left(live: Live, where: str) -> None:
    """`where`: flow, queue, hold or talk."""
    live.interaction.customer_left_at = live.at
    live.interaction.customer_left_from = where


def end_conversation(live: Live) -> None:
    _END_CONVERSATION(interaction=live.interaction.pk, at=live.at)


def end_interaction(live: Live) -> None:
    """Nobody is left: the interaction ends, and the record with it (M-14)."""
    end_segments(live, EndType.INTERACTION_END)
    end_conversation(live)
    status.reach(live.interaction, MappedState.COMPLETED)
    status.end(live.interaction, live.at)
    live.interaction.closed_at = live.at
    live.move_to(Stage.ENDED)


def end_everything(live: Live) -> list[WorkOffer]:
    """Whatever is open ends now, and the interaction with it; returns the parts whose agents are free again."""
    withdraw_stay(live, ExitType.INTERACTION_END)
    parts = [*live.working, *live.in_state(OfferState.WRAP_UP)]
    for part in parts:
        if part.state == OfferState.WORKING:
            leave(live, part, wrap_up=False)
        else:
            end_part(live, part)
    live.interaction.workbin = None
    end_interaction(live)
    return parts


def settle(live: Live) -> None:
    """After anybody left, where does the interaction stand? The one function that decides it (M-26)."""
    if working := live.working:
        handlers = [offer.agent for offer in working if offer.agent_id == live.interaction.handler_id]
        live.move_to(Stage.HANDLED, handler=handlers[0] if handlers else working[0].agent)
    elif live.entry and live.entry.left_at is None:
        live.move_to(Stage.QUEUED)
    elif live.interaction.workbin:
        live.move_to(Stage.PARKED)
    elif finishing := live.in_state(OfferState.WRAP_UP):
        status.end(live.interaction, live.at)
        owners = [offer.agent for offer in finishing if offer.agent_id == live.interaction.handler_id]
        live.move_to(Stage.WRAP_UP, handler=owners[0] if owners else None)
    else:
        end_interaction(live)
