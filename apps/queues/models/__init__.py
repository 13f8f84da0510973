"""Queues and how they are set up, and the journal of what happened when."""

from apps.queues.models.flows import FlowCondition, FlowRule
from apps.queues.models.journal import (
    EndType,
    EntryType,
    ExitType,
    Hold,
    HoldKind,
    OfferState,
    Outcome,
    QueueEntry,
    Segment,
    SegmentCause,
    WorkOffer,
)
from apps.queues.models.setup import (
    Disposition,
    Flow,
    OutboundIdentifier,
    OutboundUse,
    Queue,
    QueueMember,
    SlaVersion,
    Workbin,
)

__all__ = [
    "Disposition",
    "EndType",
    "EntryType",
    "ExitType",
    "Flow",
    "FlowCondition",
    "FlowRule",
    "Hold",
    "HoldKind",
    "OfferState",
    "OutboundIdentifier",
    "OutboundUse",
    "Outcome",
    "Queue",
    "QueueEntry",
    "QueueMember",
    "Segment",
    "SegmentCause",
    "SlaVersion",
    "WorkOffer",
    "Workbin",
]
