"""Queues and how they are set up, and the journal of what happened when."""

from apps.queues.models.flows import FlowCondition, FlowRule, FlowRuleSkill
from apps.queues.models.hours import BusinessHours, Holiday, HolidayList, OpenInterval, OverflowRule, WhenClosed
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
    "BusinessHours",
    "Disposition",
    "EndType",
    "EntryType",
    "ExitType",
    "Flow",
    "FlowCondition",
    "FlowRule",
    "FlowRuleSkill",
    "Hold",
    "HoldKind",
    "Holiday",
    "HolidayList",
    "OfferState",
    "OpenInterval",
    "OutboundIdentifier",
    "OutboundUse",
    "Outcome",
    "OverflowRule",
    "Queue",
    "QueueEntry",
    "QueueMember",
    "Segment",
    "SegmentCause",
    "SlaVersion",
    "WhenClosed",
    "WorkOffer",
    "Workbin",
]
