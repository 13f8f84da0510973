"""Rows of a journal that no database ever saw, in milliseconds from the interaction's begin."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from apps.engagements.models import EngagementInteraction
from apps.queues.models import Hold, HoldKind, OfferState, Outcome, QueueEntry, Segment, SlaVersion, WorkOffer
from apps.queues.models.journal import CancelCause

BEGIN = datetime(2026, 3, 4, 15, 20, tzinfo=UTC)
_keys = count(1)


def at(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else BEGIN + timedelta(milliseconds=milliseconds)


def interaction(closed: int | None = None, left: int | None = None, left_from: str | None = None) -> Any:
    return EngagementInteraction(
        tenant_id=1, opened_at=BEGIN, closed_at=at(closed), customer_left_at=at(left), customer_left_from=left_from
    )


def segment(
    end: int | None, end_type: str | None, *, start: int = 0, cause: str = "start", to: int | None = None
) -> Any:
    return Segment(
        tenant_id=1,
        pk=next(_keys),
        cause=cause,
        started_at=at(start),
        ended_at=at(end),
        end_type=end_type,
        to_agent_id=to,
    )


def entry(
    entered: int, left: int | None, exit_type: str | None, sla: SlaVersion | None = None, queue: int | None = 1
) -> Any:
    return QueueEntry(
        tenant_id=1,
        pk=next(_keys),
        queue_id=queue,
        sla=sla,
        entered_at=at(entered),
        left_at=at(left),
        exit_type=exit_type,
    )


def sla(abandon_type: str, threshold: int) -> SlaVersion:
    return SlaVersion(tenant_id=1, abandon_type=abandon_type, abandon_threshold_s=threshold)


def taken(
    stay: Any, offered: int, accepted: int, talk: int | None, left: int | None, ended: int | None = None
) -> WorkOffer:
    """An agent's part that was accepted."""
    return WorkOffer(
        tenant_id=1,
        pk=next(_keys),
        queue_entry_id=stay.pk if stay else None,
        state=OfferState.WORKING if left is None else OfferState.ENDED,
        outcome=Outcome.ACCEPTED,
        offered_at=at(offered),
        answered_at=at(accepted),
        talk_started_at=at(talk),
        left_at=at(left),
        ended_at=at(ended),
    )


def not_taken(stay: Any, offered: int, answered: int, outcome: Outcome, cause: CancelCause | None = None) -> WorkOffer:
    return WorkOffer(
        tenant_id=1,
        pk=next(_keys),
        queue_entry_id=stay.pk,
        state=OfferState.ENDED,
        outcome=outcome,
        cancel_cause=cause,
        offered_at=at(offered),
        answered_at=at(answered),
        ended_at=at(answered),
    )


def hold(start: int, end: int | None, kind: HoldKind = HoldKind.CUSTOMER) -> Hold:
    return Hold(tenant_id=1, pk=next(_keys), kind=kind, started_at=at(start), ended_at=at(end))
