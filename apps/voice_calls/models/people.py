"""Who speaks on a call, and who wants to be called."""

from django.db import models
from django.db.models.functions import Coalesce

from apps.objects.documented import documented
from apps.objects.records import Record, auto_number, user_link
from apps.objects.registry import ALL_CALLS, register
from apps.queues.models import Queue
from apps.tenants.models import TenantModel


@register(
    "ConversationParticipant",
    "0ec",
    "Conversation Participant",
    calls=frozenset({"retrieve", "query"}),
    seen_through=["conversation__interaction"],
)
class ConversationParticipant(TenantModel):
    """One voice in a conversation. The caller's key is `END_USER`: the number itself is not kept here (voice 3.1)."""

    class Role(models.TextChoices):
        AGENT = "Agent"
        END_USER = "EndUser"
        SUPERVISOR = "Supervisor"

    name = documented(auto_number("CP-"), "ADFIS", "Name", type="string", length=30)
    conversation = documented(
        models.ForeignKey("engagements.Conversation", models.CASCADE, related_name="participants"),
        "FGNS",
        "Conversation ID",
        references=("Conversation",),
        relationship="Conversation",
    )
    participant_key = documented(models.CharField(max_length=120, null=True), "FGINS", "Participant Key")
    participant_role = documented(models.CharField(max_length=36, choices=Role.choices), "FGNS", "Participant Role")
    participant_display_name = documented(models.CharField(max_length=255, null=True), "FGNS", "Display Name")
    app_type = documented(models.CharField(max_length=255, null=True), "FGNS", "App Type")
    participant_context = documented(models.CharField(max_length=255, null=True), "FGNS", "Participant Context")
    user = documented(
        user_link(null=True),
        "FGNS",
        "Participant ID",
        api_name="ParticipantEntityId",
        references=("Account", "Contact", "Lead", "MessagingEndUser", "User"),
        relationship="ParticipantEntity",
        text_column="crm_record_id",
    )
    crm_record_id = models.CharField(max_length=64, null=True)
    joined_time = documented(models.DateTimeField(), "FS", "Joined Time")
    left_time = documented(models.DateTimeField(null=True), "FNS", "Left Time")
    last_active_time = documented(
        models.GeneratedField(
            expression=Coalesce("left_time", "joined_time"), output_field=models.DateTimeField(), db_persist=True
        ),
        "FS",
        "Last Active Time",
        type="datetime",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "conversation", "participant_key"], name="participant_key_unique"
            ),
        ]


@register(
    "ContactRequest",
    "0Tz",
    "Contact Request",
    calls=ALL_CALLS - {"search"},
    is_viewed=True,
    seen_through=["voice_call__interaction", "callback", "owner"],
)
class ContactRequest(Record):
    """Somebody asks to be called back (voice 8.5)."""

    name = documented(auto_number("CR-"), "ADFIS", "Name", type="string", length=255)
    owner = documented(
        user_link(null=True),
        "CUDFGS",
        "Owner ID",
        references=("Group", "User"),
        relationship="Owner",
        alternative="owner_queue",
    )
    owner_queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="+")
    voice_call = models.ForeignKey("voice_calls.VoiceCall", models.CASCADE, null=True, related_name="contact_requests")
    what_id = documented(
        models.CharField(max_length=64, null=True, blank=True),
        "CUFGNS",
        "Related Record ID",
        "What it is about.",
        type="reference",
        references=("Account", "Case", "ContactRequest", "Opportunity", "WorkOrder"),
        relationship="What",
    )
    who_id = documented(
        models.CharField(max_length=64, null=True, blank=True),
        "CUFGNS",
        "Requested By ID",
        "Who asks to be called.",
        type="reference",
        references=("Contact", "Lead", "User"),
        relationship="Who",
    )
    preferred_channel = documented(
        models.CharField(max_length=40, default="Phone"), "CUDFGS", "Preferred Channel", type="picklist"
    )
    preferred_phone = documented(models.CharField(max_length=40, null=True), "CUFGNS", "Preferred Phone", type="phone")
    request_description = documented(models.TextField(max_length=32000, null=True), "CUN", "Request Description")
    request_reason = documented(
        models.CharField(max_length=40, null=True), "CUDFGNS", "Request Reason", type="picklist"
    )
    status = documented(models.CharField(max_length=40, default="New"), "CUDFGS", "Status", type="picklist")
    is_callback = documented(models.BooleanField(default=False), "CUDFGS", "Is Callback")
    available_callback_attempts = documented(
        models.PositiveSmallIntegerField(null=True, default=0), "CUFGNS", "Available Callback Attempts", type="int"
    )
    delay_between_callback_attempts = documented(
        models.PositiveSmallIntegerField(null=True, default=0),
        "CUFGNS",
        "Delay Between Callback Attempts",
        "Minutes.",
        type="int",
    )

    due_at = models.DateTimeField(
        "not before",
        null=True,
        blank=True,
        help_text="When to call the customer. Empty: as soon as possible.",
    )
    callback = models.OneToOneField(
        "engagements.EngagementInteraction",
        models.SET_NULL,
        null=True,
        related_name="contact_request",
        help_text="The call to the customer, as it waits or was made.",
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "voice_call", "preferred_phone"],
                condition=models.Q(status="New", deleted_at=None),
                name="contact_request_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(available_callback_attempts__lte=5)
                & models.Q(delay_between_callback_attempts__lte=10_080),
                name="contact_request_attempts",
            ),
        ]
        indexes = [
            models.Index("tenant", "id", name="contact_request_newest", condition=models.Q(deleted_at=None)),
            models.Index("tenant", "status", "id", name="contact_request_status"),
            models.Index("tenant", "preferred_phone", name="contact_request_phone"),
            models.Index("tenant", "due_at", models.F("id").desc(), name="contact_request_due"),
            models.Index("tenant", models.F("due_at").desc(), models.F("id").desc(), name="contact_request_due_last"),
        ]

    def __str__(self) -> str:
        return str(self.name)
