"""The journal: what happened when, to the millisecond. Operations alone write it; figures are read off it (M-01)."""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from uuid6 import uuid7

from apps.agents.models import Agent, AgentSession
from apps.common import clock
from apps.common.words import later as _
from apps.engagements.models import tallying
from apps.queues.models.setup import Disposition, Queue, SlaVersion
from apps.tenants.models import TenantModel

INTERACTION = "engagements.EngagementInteraction"


class SegmentCause(models.TextChoices):
    START = "start", _("Start")
    TRANSFER = "transfer", _("Transfer")
    QUEUE = "queue", _("Queue")
    ADD = "add", _("Add")
    PULL = "pull", _("Pull")
    REQUEUE = "requeue", _("Requeue")


class EndType(models.TextChoices):
    """How a segment ended (cxengage 9.1)."""

    INTERACTION_END = "interaction-end", _("Interaction End")
    CUSTOMER_DISCONNECT = "customer-disconnect", _("Customer Disconnect")
    CANCELLED = "cancelled", _("Cancelled")
    SUCCESS = "success", _("Success")


class EntryType(models.TextChoices):
    """How a stay in a queue began (cxengage 9.1)."""

    TRANSFER = "transfer"
    ADD_PARTICIPANT = "add participant"
    CALLBACK = "callback"
    IVR = "ivr"
    TIMEOUT = "timeout"


class ExitType(models.TextChoices):
    """How a stay in a queue ended (cxengage 9.1)."""

    TIMEOUT = "timeout"
    SUCCESS = "success"
    CALLBACK = "callback"
    ABANDON = "abandon"
    ADD_PARTICIPANT_CANCEL = "add-participant-cancel"
    INTERACTION_END = "interaction-end"


class Rule(models.TextChoices):
    """Why work and this agent came together."""

    LONGEST_IDLE = "longest idle", _("Idle longest of those who may be asked")
    LONGEST_WAITING = "longest waiting", _("Free for more, and this was the most urgent and oldest work")
    LAST_AGENT = "last agent", _("Handled this customer last")
    ASKED_FOR = "asked for", _("Asked for by a colleague")


class OfferState(models.TextChoices):
    OFFERED = "offered"
    WORKING = "working"
    WRAP_UP = "wrap_up"
    ENDED = "ended"


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    TIMED_OUT = "timed_out", _("Timed Out")
    CANCELLED = "cancelled", _("Cancelled")


class CancelCause(models.TextChoices):
    AGENT_LOST = "agent_lost"
    CUSTOMER_LEFT = "customer_left"
    WITHDRAWN = "withdrawn"


class HoldKind(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    TRANSFER = "transfer", _("Transfer")
    AGENT = "agent", _("Agent")


def _ended_and_typed(time: str, word: str, name: str) -> models.CheckConstraint:
    both = Q(**{f"{time}__isnull": False, f"{word}__isnull": False})
    return models.CheckConstraint(condition=both | Q(**{f"{time}__isnull": True, f"{word}__isnull": True}), name=name)


class Segment(TenantModel):
    """One leg of an interaction: from its start, a transfer or an added participant until that leg is over."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    interaction = models.ForeignKey(INTERACTION, models.CASCADE, related_name="segments")
    number = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=8, choices=SegmentCause.choices)
    by_agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    to_agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_type = models.CharField(max_length=20, choices=EndType.choices, null=True)
    extension = models.JSONField(null=True, help_text="Type and value of an outside party that was asked.")
    # Repeated from the VoiceCall that the customer's line is on, so that every event can tell it (core-model 5.3).
    call = models.JSONField(null=True, help_text="Key and uuid of the telephone system's call on it.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "interaction", "number"], name="segment_number_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="segment_uuid_unique"),
            _ended_and_typed("ended_at", "end_type", "segment_ended_and_typed"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="segment_in_order"
            ),
        ]


_TO_BE_OFFERED = Q(left_at=None, offered_to=None, is_routable=True, ready_at=None)

_WAS, _IS = "old.queue_id is not null and old.left_at is null", "new.queue_id is not null and new.left_at is null"


def _counted(name: str, operation: pgtrigger.Operation, *, when: str, was: bool = False, now: bool = False) -> Any:
    """Nothing that writes a stay can forget to count it, and no two writers meet on a row."""
    count = (
        "insert into queues_queuetally (tenant_id, queue_id, delta) select {0}.tenant_id, {0}.queue_id, {1} where {2};"
    )
    steps = [count.format("old", -1, _WAS)] * was + [count.format("new", 1, _IS)] * now
    return pgtrigger.Trigger(
        name=f"count_{name}",
        when=pgtrigger.After,
        operation=operation,
        condition=pgtrigger.Condition(when),
        func=" ".join([*steps, "return null;"]),
    )


class QueueEntry(TenantModel):
    """One stay in one queue, or (without a queue) aimed at one agent. Rejects and missed offers do not end it."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    interaction = models.ForeignKey(INTERACTION, models.CASCADE, related_name="queue_entries")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="queue_entries")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="entries", db_index=False)
    target_agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=12)
    entry_type = models.CharField(max_length=16, choices=EntryType.choices)
    entered_at = models.DateTimeField()
    length_at_entry = models.PositiveIntegerField(help_text="Waiting at entry, this one counted.")
    priority = models.IntegerField(default=100)
    turn = models.GeneratedField(
        expression=-F("priority"),
        output_field=models.IntegerField(),
        db_persist=True,
        help_text="The lower, the sooner: an index in one direction can jump from one to the next.",
    )
    skills: Any = models.JSONField(default=list, blank=True, help_text="What an agent must be able to do (`demands`).")
    demand = models.GeneratedField(
        expression=Func(F("skills"), template="md5(%(expressions)s::text)::uuid"),
        output_field=models.UUIDField(),
        db_persist=True,
        help_text="The same for all stays that ask for the same skills: routing looks at one of them.",
    )
    sla = models.ForeignKey(SlaVersion, models.PROTECT, null=True, related_name="+")
    is_routable = models.BooleanField(default=True)
    offered_to = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Repeats the open offer, on the row that is locked.",
    )
    reserved_for = models.ForeignKey(
        Agent,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Whom the work waits for: the customer's last agent.",
    )
    reserved_until = models.DateTimeField(null=True)
    passed_over: Any = ArrayField(
        models.BigIntegerField(), default=list, help_text="Agents who refused or missed it: left out of the next round."
    )
    deadline_at = models.DateTimeField(null=True)
    waits_since = models.DateTimeField(
        default=clock.now,
        help_text="Its place among those of one priority: its entry, or that of whom it stands in for.",
    )
    overflow_at = models.DateTimeField(null=True, help_text="When an overflow rule may hold next.")
    ready_at = models.DateTimeField(null=True, help_text="Not to be offered before; emptied then.")
    left_at = models.DateTimeField(null=True)
    exit_type = models.CharField(max_length=24, choices=ExitType.choices, null=True)

    class Meta:
        ordering = ["entered_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uuid"], name="queue_entry_uuid_unique"),
            models.UniqueConstraint(
                fields=["tenant", "interaction"], condition=Q(left_at=None), name="queue_entry_one_open"
            ),
            models.CheckConstraint(
                condition=Q(queue=None, target_agent__isnull=False) | Q(queue__isnull=False, target_agent=None),
                name="queue_entry_one_target",
            ),
            _ended_and_typed("left_at", "exit_type", "queue_entry_left_and_typed"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(offered_to=None), name="queue_entry_left_not_offered"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")), name="queue_entry_in_order"
            ),
            models.CheckConstraint(
                condition=Q(reserved_for=None, reserved_until=None)
                | Q(reserved_for__isnull=False, reserved_until__isnull=False, queue__isnull=False),
                name="queue_entry_reserved_for_a_time",
            ),
        ]
        triggers = [
            _counted("begun", pgtrigger.Insert, when=_IS, now=True),
            _counted(
                "changed",
                pgtrigger.UpdateOf("left_at", "queue_id"),
                when="row(old.left_at, old.queue_id) is distinct from row(new.left_at, new.queue_id)",
                was=True,
                now=True,
            ),
            _counted("deleted", pgtrigger.Delete, when=_WAS, was=True),
            *tallying.OF_STAYS,
        ]
        indexes = [
            models.Index(
                "tenant",
                "queue",
                "channel",
                "demand",
                "turn",
                "waits_since",
                "id",
                name="queue_entry_next",
                condition=Q(_TO_BE_OFFERED, queue__isnull=False, reserved_for=None),
            ),
            models.Index(
                "tenant",
                "target_agent",
                name="queue_entry_aimed",
                condition=_TO_BE_OFFERED & Q(target_agent__isnull=False),
            ),
            models.Index(
                "tenant",
                "reserved_for",
                name="queue_entry_reserved",
                condition=_TO_BE_OFFERED & Q(reserved_for__isnull=False),
            ),
            models.Index(
                "tenant",
                name="queue_entry_passed_over",
                condition=Q(left_at=None, offered_to=None) & ~Q(passed_over=[]),
            ),
            models.Index("tenant", "queue", name="queue_entry_waiting", condition=Q(left_at=None)),
            models.Index("tenant", "interaction", "entered_at", name="queue_entry_interaction"),
            models.Index(
                "queue", "tenant", "interaction", name="queue_entry_of_queue", condition=Q(queue__isnull=False)
            ),
            models.Index("deadline_at", name="queue_entry_deadline", condition=Q(deadline_at__isnull=False)),
            models.Index("overflow_at", name="queue_entry_overflow", condition=Q(overflow_at__isnull=False)),
            models.Index("ready_at", name="queue_entry_ready", condition=Q(ready_at__isnull=False)),
        ]


class WorkOffer(TenantModel):
    """One agent's part in an interaction, from the offer to the end of wrap-up (core-model 2.2)."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    interaction = models.ForeignKey(INTERACTION, models.CASCADE, related_name="offers")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="offers")
    queue_entry = models.ForeignKey(QueueEntry, models.CASCADE, null=True, related_name="offers")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="offers")
    session = models.ForeignKey(AgentSession, models.PROTECT, related_name="offers")
    state = models.CharField(max_length=7, choices=OfferState.choices)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, null=True)
    cancel_cause = models.CharField(max_length=13, choices=CancelCause.choices, null=True)
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    talk_started_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True, help_text="When the agent's part with the customer was over.")
    ended_at = models.DateTimeField(null=True, help_text="When the wrap-up was over.")
    deadline_at = models.DateTimeField(null=True, help_text="Time-out of whatever state this is in.")
    disposition = models.ForeignKey(Disposition, models.PROTECT, null=True, related_name="+")
    is_remembered = models.BooleanField(
        default=True, help_text="Whether the customer may come back to this agent (saveLAR, genesys 5)."
    )
    why = models.JSONField(default=dict, help_text="Why this agent.")
    takes_place = models.BooleanField(default=True, help_text="Counts against the agent's capacity.")
    muted_since = models.DateTimeField(null=True, help_text="Since when nobody hears the agent on the call.")
    wraps_up = models.BooleanField(null=True, help_text="What the agent chose of wrap-up; nothing: as the queue says.")

    class Meta:
        ordering = ["offered_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uuid"], name="work_offer_uuid_unique"),
            models.UniqueConstraint(
                fields=["tenant", "queue_entry"], condition=Q(state=OfferState.OFFERED), name="work_offer_one_open"
            ),
            models.UniqueConstraint(
                fields=["tenant", "interaction", "agent"],
                condition=Q(state__in=[OfferState.OFFERED, OfferState.WORKING]),
                name="work_offer_one_part",
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.OFFERED, answered_at=None, left_at=None, ended_at=None, outcome=None)
                | Q(state=OfferState.WORKING, outcome=Outcome.ACCEPTED, answered_at__isnull=False, left_at=None)
                | Q(state=OfferState.WRAP_UP, outcome=Outcome.ACCEPTED, left_at__isnull=False, ended_at=None)
                | Q(state=OfferState.ENDED, outcome__isnull=False, answered_at__isnull=False, ended_at__isnull=False),
                name="work_offer_state_fits_times",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.CANCELLED, cancel_cause__isnull=False)
                | (Q(cancel_cause=None) & (Q(outcome=None) | ~Q(outcome=Outcome.CANCELLED))),
                name="work_offer_cancelled_for_a_cause",
            ),
            models.CheckConstraint(
                condition=(Q(answered_at=None) | Q(answered_at__gte=F("offered_at")))
                & (Q(talk_started_at=None) | Q(talk_started_at__gte=F("answered_at")))
                & (Q(left_at=None) | Q(left_at__gte=F("answered_at")))
                & (Q(ended_at=None) | Q(left_at=None) | Q(ended_at__gte=F("left_at"))),
                name="work_offer_in_order",
            ),
        ]
        triggers = tallying.OF_PARTS
        indexes = [
            models.Index("tenant", "interaction", "offered_at", name="work_offer_interaction"),
            models.Index(
                "tenant",
                "agent",
                name="work_offer_open",
                condition=~Q(state=OfferState.ENDED),
            ),
            models.Index(fields=["tenant", "agent", "-offered_at"], include=["interaction"], name="work_offer_agent"),
            models.Index("deadline_at", name="work_offer_deadline", condition=Q(deadline_at__isnull=False)),
        ]


class Hold(TenantModel):
    interaction = models.ForeignKey(INTERACTION, models.CASCADE, related_name="holds")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="holds")
    offer = models.ForeignKey(WorkOffer, models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=8, choices=HoldKind.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "interaction"],
                condition=Q(ended_at=None, kind__in=[HoldKind.CUSTOMER, HoldKind.TRANSFER]),
                name="hold_one_of_the_customer",
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="hold_in_order"),
        ]
