"""The record's documented fields, and beside them the live columns that say where the contact is now."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from uuid6 import uuid7

from apps.agents.models import Channel
from apps.common.public_ids import genesys_id
from apps.common.words import later as _
from apps.engagements.flags import label_of
from apps.engagements.lifecycle import LIVE, Stage
from apps.engagements.models import tallying
from apps.engagements.reach import seen_by, within
from apps.objects.documented import documented
from apps.objects.records import Record, RecordManager, auto_number, history, user_link
from apps.objects.registry import register
from apps.objects.tracking import tracked
from apps.tenants import scope
from apps.tenants.models import TenantManager, TenantQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.agents.reach import Within


class MappedState(models.TextChoices):
    """What a Status stands for (engagement 5.1); the middle one is written without a space."""

    NEW = "New", _("New")
    IN_PROGRESS = "InProgress", _("In Progress")
    COMPLETED = "Completed", _("Completed")


class Direction(models.TextChoices):
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")
    AGENT_INITIATED = "agent-initiated", _("Agent-initiated")
    INTERNAL = "internal", _("Internal")


class InteractionQuerySet(TenantQuerySet["EngagementInteraction"]):
    def visible_to(self, user: "User", reach: "Within | None" = None) -> Self:
        """The one rule of who sees what (M-25). `reach`, where it is known, spares looking it up."""
        if user.sees_everything:
            return self
        return self.filter(seen_by(user, self.model, reach))

    def within_reach_of(self, user: "User") -> Self:
        """Of the user's teams or queues if there is such a limit, whatever else the role lets the user see."""
        return self.filter(within(user, self.model))

    def live(self) -> Self:
        return self.filter(stage__in=LIVE)


class EveryInteraction(TenantManager["EngagementInteraction"]):
    """Those in the recycle bin, too."""

    def get_queryset(self) -> InteractionQuerySet:
        return InteractionQuerySet(self.model, using=self._db).filter(tenant_id=scope.tenant_id())


class InteractionManager(RecordManager["EngagementInteraction"]):
    def get_queryset(self) -> InteractionQuerySet:
        found = InteractionQuerySet(self.model, using=self._db)
        return found.filter(tenant_id=scope.tenant_id(), deleted_at=None)

    def visible_to(self, user: "User") -> InteractionQuerySet:
        return self.get_queryset().visible_to(user)

    def live(self) -> InteractionQuerySet:
        return self.get_queryset().live()


# HH:MM:SS of end minus start, hours not limited to 24 (C-04); documented times hold whole seconds.
_DURATION = """(
    lpad(((extract(epoch from %(expressions)s)::bigint) / 3600)::text,
         greatest(2, length(((extract(epoch from %(expressions)s)::bigint) / 3600)::text)), '0')
    || ':' || lpad((((extract(epoch from %(expressions)s)::bigint) / 60) %% 60)::text, 2, '0')
    || ':' || lpad(((extract(epoch from %(expressions)s)::bigint) %% 60)::text, 2, '0')
)"""


@tracked("interaction", through="interaction")
@register(
    "EngagementInteraction",
    "9eI",
    "Engagement Interaction",
    children={
        "EngagementAttendees": ("EngagementAttendee", "attendees"),
        "EngagementTopics": ("EngagementTopic", "topics"),
        "Feeds": ("EngagementInteractionFeed", "feeds"),
        "Histories": ("EngagementInteractionHistory", "histories"),
    },
    is_viewed=True,
)
@history("EngagementInteractionHistory", exclude=("name", "duration", "held_since", "recording"))
class EngagementInteraction(Record):
    """One contact: a call, chat, video call, visit, message or piece of written work."""

    # The record (engagement 2) --------------------------------------------------------------------------------------
    name = documented(auto_number("EI-"), "ADFIS", "Name", type="string", length=30)
    start_date_time = documented(models.DateTimeField(), "CUFNS", "Start Date Time", "When the contact began.")
    end_date_time = documented(
        models.DateTimeField(null=True, blank=True), "CUFNS", "End Date Time", "When the contact ended."
    )
    duration = documented(
        models.GeneratedField(
            expression=models.Func(F("end_date_time") - F("start_date_time"), template=_DURATION),
            output_field=models.CharField(max_length=20),
            db_persist=True,
        ),
        "CUFNS",
        "Duration",
        "End minus start, HH:MM:SS. Worked out here; what a client sends is overwritten.",
        type="string",
        length=4000,
    )
    communication_channel = documented(
        models.CharField(max_length=255), "CUFGNRS", "Communication Channel", "How the contact came.", type="picklist"
    )
    type = documented(
        models.CharField(max_length=255, null=True, blank=True),
        "CUFGNRS",
        "Type",
        "Inbound or outbound.",
        type="picklist",
    )
    status = documented(
        models.CharField(max_length=100, null=True, blank=True),
        "CUFGNRS",
        "Status",
        "Moves Mapped State.",
        type="picklist",
    )
    mapped_state = documented(
        models.CharField(max_length=40, choices=MappedState.choices, default=MappedState.NEW, editable=False),
        "DFGNRS",
        "Mapped State",
        "What the status stands for: New, InProgress or Completed.",
        type="picklist",
    )
    sentiment = documented(
        models.CharField(max_length=255, null=True, blank=True), "CUFGNRS", "Sentiment", type="picklist"
    )
    reason = documented(
        models.CharField(max_length=765, null=True, blank=True),
        "CUFNS",
        "Reason",
        "Why the customer, or someone for them, made contact.",
        since=56,
    )
    phone_number = documented(
        models.CharField(max_length=40, null=True, blank=True),
        "CUFNS",
        "Phone Number",
        "The caller's number; earlier contacts are found by it.",
        type="phone",
        since=57,
    )
    is_attendee_authenticated = documented(
        models.BooleanField(default=False),
        "CUDFGS",
        "Is Attendee Authenticated",
        "The initiating attendee signed in, by telephone or on the web.",
    )
    is_attendee_verified = documented(
        models.BooleanField(default=False),
        "CUDFGS",
        "Is Attendee Verified",
        "The initiating attendee's identity was verified.",
    )
    attendee_verification_time = documented(
        models.DateTimeField(null=True, blank=True),
        "CUFNS",
        "Attendee Verification Time",
        "Filled with the present time when the attendee is verified and none is given.",
    )
    initiating_attendee_id = documented(
        models.CharField(max_length=64, null=True, blank=True),
        "CUFGNS",
        "InitiatingAttendee ID",
        "Account, Contact or Lead who made contact.",
        type="reference",
        references=("Account", "Contact", "Lead"),
        relationship="InitiatingAttendee",
    )
    context_id = documented(
        models.CharField(max_length=64, null=True, blank=True),
        "CUFGNS",
        "Context ID",
        "The appointment or visit that explains the contact.",
        type="reference",
        references=("ServiceAppointment", "Visit"),
        relationship="Context",
    )
    external_identifier = documented(
        models.CharField(max_length=255, null=True, blank=True),
        "CUFGINS",
        "External Identifier",
        "The contact's id in another system, unique and compared exactly (C-05).",
    )
    owner = documented(user_link(), "CUDFGS", "Owner ID", references=("User",), relationship="Owner")
    record_type = documented(
        models.ForeignKey("objects.RecordType", models.PROTECT, null=True, blank=True, related_name="+"),
        "CUFGNS",
        "Record Type ID",
        references=("RecordType",),
        relationship="RecordType",
        since=62,
    )
    phone_key = models.CharField(max_length=40, null=True, editable=False)

    # Where it is now (core-model 2.1) ---------------------------------------------------------------------------------
    uuid = models.UUIDField(default=uuid7, editable=False)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.RECORDED, editable=False)
    stage_since = models.DateTimeField(null=True, editable=False)
    handler = models.ForeignKey(
        "agents.Agent", models.PROTECT, null=True, blank=True, editable=False, related_name="handled"
    )
    workbin = models.ForeignKey(
        "queues.Workbin", models.PROTECT, null=True, blank=True, editable=False, related_name="interactions"
    )
    channel = models.CharField(max_length=12, choices=Channel.choices)
    direction = models.CharField(max_length=16, choices=Direction.choices, null=True, blank=True)
    customer = models.CharField(max_length=255, null=True, blank=True, help_text="The customer's number or address.")
    contact_point = models.CharField(
        max_length=255, null=True, blank=True, help_text="The number or address that the customer reached."
    )
    opened_at = models.DateTimeField(editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    customer_left_at = models.DateTimeField(null=True, editable=False)
    held_since = models.DateTimeField(null=True, editable=False, help_text="Since when the customer is on hold.")
    recording = models.CharField(
        max_length=9, null=True, editable=False, help_text="What an agent asked for: recording or paused."
    )
    customer_left_from = models.CharField(max_length=8, null=True, editable=False)
    flow = models.ForeignKey("queues.Flow", models.PROTECT, null=True, blank=True, related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="follow_ups")
    is_draft = models.BooleanField(default=False, editable=False)
    user_data = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=255, null=True, blank=True)
    satisfaction_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    flag_type = models.CharField(max_length=40, null=True, blank=True)
    flagged_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InteractionManager] = InteractionManager()
    with_deleted: ClassVar[EveryInteraction] = EveryInteraction()

    class Meta(Record.Meta):
        ordering = ["-opened_at", "-uuid"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uuid"], name="interaction_uuid_unique"),
            models.UniqueConstraint(
                fields=["tenant", "external_identifier"],
                condition=Q(deleted_at=None),
                name="interaction_external_identifier_unique",
            ),
            models.CheckConstraint(
                condition=Q(end_date_time=None) | Q(end_date_time__gte=F("start_date_time")),
                name="interaction_times_in_order",
            ),
            models.CheckConstraint(
                condition=(Q(stage=Stage.PARKED) & Q(workbin__isnull=False))
                | (~Q(stage=Stage.PARKED) & Q(workbin__isnull=True)),
                name="interaction_parked_in_a_workbin",
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.HANDLED, handler__isnull=False)
                | Q(stage=Stage.WRAP_UP)
                | (Q(handler__isnull=True) & ~Q(stage=Stage.HANDLED)),
                name="interaction_handled_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(stage__in=sorted(LIVE)) & Q(closed_at__isnull=True))
                | Q(stage=Stage.ENDED, closed_at__isnull=False)
                | Q(stage=Stage.RECORDED),
                name="interaction_closed_when_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "-opened_at", "-uuid"],
                include=["id", "channel", "direction", "flow", "flag_type"],
                name="interaction_opened",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=["tenant", "initiating_attendee_id"],
                name="interaction_initiator",
                condition=Q(initiating_attendee_id__isnull=False),
            ),
            models.Index("tenant", "context_id", name="interaction_context", condition=Q(context_id__isnull=False)),
            models.Index("tenant", "status", name="interaction_status"),
            models.Index("tenant", "flag_type", name="interaction_flag", condition=Q(flag_type__isnull=False)),
            models.Index("tenant", F("start_date_time").desc(), "id", name="interaction_start"),
            models.Index("tenant", "phone_key", F("start_date_time").desc(), name="interaction_phone"),
            models.Index(
                "tenant",
                "customer",
                F("start_date_time").desc(),
                name="interaction_address",
                condition=Q(phone_key=None, customer__isnull=False),
            ),
            models.Index("tenant", "owner", F("start_date_time").desc(), name="interaction_owner"),
            models.Index("tenant", "system_modstamp", name="interaction_modstamp"),
            models.Index("tenant", "deleted_at", name="interaction_bin", condition=Q(deleted_at__isnull=False)),
            models.Index(
                "tenant", "stage", "stage_since", name="interaction_live", condition=Q(stage__in=sorted(LIVE))
            ),
            models.Index("tenant", "handler", name="interaction_handler", condition=Q(handler__isnull=False)),
        ]
        triggers = tallying.OF_INTERACTIONS

    def __str__(self) -> str:
        return str(self.name)

    @property
    def genesys_id(self) -> str:
        return genesys_id(self.pk)

    @property
    def is_live(self) -> bool:
        return self.stage in LIVE

    @property
    def flag_label(self) -> str:
        return label_of(self.flag_type or "")


def previous_contacts(interaction: Any, limit: int = 10) -> "models.QuerySet[EngagementInteraction]":
    """Other contacts of the same number, newest first (C-38)."""
    found: models.QuerySet[EngagementInteraction] = EngagementInteraction.objects.filter(
        phone_key=interaction.phone_key, phone_key__isnull=False
    )
    return found.exclude(pk=interaction.pk).order_by("-start_date_time", "-id")[:limit]
