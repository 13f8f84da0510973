"""One leg of a telephone call."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from uuid6 import uuid7

from apps.common.words import later as _
from apps.objects.documented import documented
from apps.objects.records import Record, auto_number, history, user_link
from apps.objects.registry import ALL_CALLS, register
from apps.objects.tracking import tracked
from apps.queues.models import Queue
from apps.voice_calls.models.center import CallCenter


class CallType(models.TextChoices):
    INBOUND = "Inbound", _("Inbound")
    OUTBOUND = "Outbound", _("Outbound")
    TRANSFER = "Transfer", _("Transfer")
    CALLBACK = "Callback", _("Callback")
    CONSULT = "Consult", _("Consult")
    INTERNAL = "InternalCall", _("Internal")


class CallDisposition(models.TextChoices):
    """A free string to clients that only ever holds these (voice 8.1)."""

    NEW = "new", _("New")
    IN_PROGRESS = "in-progress", _("In Progress")
    COMPLETED = "completed", _("Completed")


def _text(length: int = 255) -> "models.CharField[str | None, str | None]":
    return models.CharField(max_length=length, null=True, blank=True)


def _seconds() -> "models.PositiveIntegerField[int | None, int | None]":
    return models.PositiveIntegerField(null=True, blank=True)


def _call(related_name: str) -> Any:
    return models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name=related_name)


def _participant() -> Any:
    return models.ForeignKey("voice_calls.ConversationParticipant", models.SET_NULL, null=True, related_name="+")


# Ids of others; most calls have none of them.
_REFERRED = {
    "activity": "activity_id",
    "end_user": "end_user_id",
    "media_provider": "media_provider_id",
    "related_record": "related_record_id",
    "vendor_line": "voice_vendor_line_id",
}


@tracked("voice_call", through="voice_call__interaction")
@register(
    "VoiceCall",
    "0LQ",
    "Voice Call",
    calls=ALL_CALLS - {"undelete"},
    children={
        "EngagementAttendees": ("EngagementAttendee", "attendees"),
        "EngagementTopics": ("EngagementTopic", "topics"),
        "Feeds": ("VoiceCallFeed", "feeds"),
        "Histories": ("VoiceCallHistory", "histories"),
    },
    is_viewed=True,
)
@history("VoiceCallHistory", exclude=("name", "vendor_call_key_folded", "vendor_figures"))
class VoiceCall(Record):
    """One leg of a call (voice 8.1). Most documented fields change through the telephony API only."""

    interaction = models.ForeignKey(
        "engagements.EngagementInteraction", models.PROTECT, null=True, related_name="voice_calls"
    )
    segment = models.OneToOneField("queues.Segment", models.SET_NULL, null=True, related_name="voice_call")
    from_telephony = models.BooleanField(default=False, editable=False)
    uuid = models.UUIDField(default=uuid7, editable=False)
    name = documented(
        auto_number("VC-", 8),
        "ADFIS",
        "Name",
        type="string",
        length=30,
        since=60,
    )
    activity_id = documented(
        _text(64), "CUFGNS", "Activity ID", type="reference", references=("Task",), relationship="Activity"
    )
    agent_sentiment_score = documented(models.FloatField(null=True, editable=False), "FNS", "Agent Sentiment Score")
    call_accept_date_time = documented(models.DateTimeField(null=True, blank=True), "CFNS", "Call Accepted")
    call_center = documented(
        models.ForeignKey(CallCenter, models.PROTECT, null=True, blank=True, related_name="calls"),
        "CFGNS",
        "Call Center ID",
        references=("CallCenter",),
        relationship="CallCenter",
    )
    call_connect_date_time = documented(models.DateTimeField(null=True, blank=True), "CFNS", "Call Connected")
    call_disposition = documented(
        models.CharField(max_length=255, null=True, blank=True),
        "CFGNS",
        "Call Status",
        "new, in-progress or completed.",
    )
    call_duration_in_seconds = documented(_seconds(), "CFGNS", "Call Duration")
    call_end_date_time = documented(models.DateTimeField(null=True, blank=True), "CFNS", "Call Ended")
    caller = documented(
        _participant(),
        "CFGNS",
        "Caller ID",
        references=("ConversationParticipant",),
        relationship="Caller",
    )
    caller_id_type = documented(_text(40), "CFGNRS", "Caller Id", type="picklist")
    call_origin = documented(_text(40), "CFGNRS", "Call Origin", type="picklist")
    call_queued_date_time = documented(models.DateTimeField(null=True, blank=True), "CFNS", "Call Queued")
    call_recording = documented(
        models.ForeignKey("VoiceCallRecording", models.SET_NULL, null=True, blank=True, related_name="+"),
        "CFGNS",
        "Voice Call Recording ID",
        references=("VoiceCallRecording",),
        relationship="CallRecording",
    )
    call_resolution = documented(_text(40), "CUFGNS", "Call Resolution", type="picklist")
    call_start_date_time = documented(models.DateTimeField(), "CFS", "Call Started")
    call_status = documented(
        models.CharField(max_length=40, null=True, editable=False),
        "FGNRS",
        "Call Internal Status",
        type="picklist",
        since=63,
    )
    call_subtype = documented(_text(40), "CFGNRS", "Call Subtype", type="picklist", since=62)
    call_type = documented(
        models.CharField(max_length=40, choices=CallType.choices), "CFGRS", "Call Type", type="picklist"
    )
    coaching_duration_in_seconds = documented(_seconds(), "CFGNS", "Coaching Duration")
    conference_key = documented(_text(), "CFGNS", "Conference Key")
    conversation = documented(
        models.ForeignKey("engagements.Conversation", models.SET_NULL, null=True, related_name="voice_calls"),
        "CFGNS",
        "Conversation ID",
        references=("Conversation",),
        relationship="Conversation",
    )
    currency_code = documented(_text(3), "CFGNRS", "Currency Code", type="picklist")
    customer_hold_duration = documented(_seconds(), "CFGNS", "Customer Hold Duration", "Seconds.")
    customer_sentiment_score = documented(
        models.FloatField(null=True, editable=False), "FNS", "Customer Sentiment Score"
    )
    description = documented(
        models.TextField(max_length=32000, null=True, blank=True), "CUN", "Description", length=32000
    )
    disconnect_reason = documented(_text(), "CFGN", "Disconnect Reason")
    vendor_figures = models.JSONField(
        default=dict,
        editable=False,
        help_text="Times to the millisecond, and lengths, as the vendor told them.",
    )
    disconnect_is_error = models.BooleanField(null=True, editable=False)
    end_user_id = documented(
        _text(64), "CFGNS", "End User ID", type="reference", references=("MessagingEndUser",), relationship="EndUser"
    )
    from_phone_number = documented(models.CharField(max_length=40), "CFGS", "Caller Contact Info", type="phone")
    is_diarization_opt_in = documented(
        models.BooleanField(default=False, editable=False), "DFGS", "Is Diarization Opted In"
    )
    is_recorded = documented(models.BooleanField(default=False), "CDFGS", "Is Call Recorded")
    ivr_duration = documented(_seconds(), "CUFGNS", "IVR Duration", "Seconds in the menu.", since=66)
    longest_hold_duration = documented(_seconds(), "CFGNS", "Longest Hold Duration", "Seconds.")
    media_provider_id = documented(
        _text(64),
        "CFGNS",
        "CallCoachingMediaProvider ID",
        type="reference",
        references=("CallCoachingMediaProvider",),
        relationship="MediaProvider",
    )
    next_call = documented(
        _call("next_of"), "CFGNS", "Next Call ID", references=("VoiceCall",), relationship="NextCall"
    )
    number_of_holds = documented(_seconds(), "CFGNS", "Number Of Holds")
    owner_user = documented(
        user_link(null=True, blank=True),
        "CUDFGS",
        "Owner ID",
        "The user, or while the call waits its queue.",
        api_name="OwnerId",
        references=("Group", "User"),
        relationship="Owner",
        alternative="owner_queue",
    )
    owner_queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    previous_call = documented(
        _call("previous_of"), "CFGNS", "Previous Call ID", references=("VoiceCall",), relationship="PreviousCall"
    )
    price = documented(models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True), "CFNS", "Price")
    quality_score = documented(models.FloatField(null=True, blank=True), "CUFNS", "Quality Score")
    queue_name = documented(_text(), "CFGNS", "Queue Name")
    recipient = documented(
        _participant(),
        "CFGNS",
        "Recipient ID",
        references=("ConversationParticipant",),
        relationship="Recipient",
    )
    record_type = documented(
        models.ForeignKey("objects.RecordType", models.PROTECT, null=True, blank=True, related_name="+"),
        "CUFN",
        "Record Type ID",
        references=("RecordType",),
        relationship="RecordType",
        since=59,
    )
    related_record_id = documented(
        _text(64),
        "CUFGNS",
        "RelatedRecord ID",
        type="reference",
        references=("Account", "Case", "CollectionPlan", "Contact", "ContactRequest", "Lead", "Opportunity"),
        relationship="RelatedRecord",
    )
    source_type = documented(_text(40), "CUGNRS", "Source Type", type="picklist")
    to_phone_number = documented(models.CharField(max_length=40), "CFGS", "Recipient Contact Info", type="phone")
    transcribed_language = documented(_text(10), "FGNS", "Language")
    user = documented(user_link(null=True, blank=True), "CFGNS", "User ID", references=("User",), relationship="User")
    vendor_call_key = documented(_text(), "CFGINS", "Vendor Call Key")
    # Calls are found by their key in any case, with an index that row-level security lets PostgreSQL use.
    vendor_call_key_folded = models.GeneratedField(
        expression=Lower("vendor_call_key"), output_field=models.CharField(max_length=255), db_persist=True
    )
    vendor_parent_call_key = documented(_text(), "CFGNS", "Vendor Parent Call Key")
    vendor_type = documented(
        models.CharField(max_length=40, null=True, blank=True, default="ContactCenter"),
        "CFGNRS",
        "Vendor Type",
        type="picklist",
    )
    voice_vendor_line_id = documented(
        _text(64),
        "CFGNS",
        "Voice Vendor Line ID",
        type="reference",
        references=("VoiceVendorLine",),
        relationship="VoiceVendorLine",
    )

    class Meta(Record.Meta):
        ordering = ["-call_start_date_time", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uuid"], name="voice_call_uuid_unique"),
            models.UniqueConstraint(
                fields=["tenant", "call_center", "vendor_call_key"],
                condition=Q(from_telephony=True) & ~Q(call_type=CallType.TRANSFER),
                name="voice_call_key_unique",
            ),
            models.UniqueConstraint(
                fields=["tenant", "call_center", "vendor_call_key", "previous_call", "call_start_date_time"],
                condition=Q(from_telephony=True, call_type=CallType.TRANSFER),
                nulls_distinct=False,
                name="voice_call_transfer_unique",
            ),
            models.CheckConstraint(
                condition=Q(owner_user=None, owner_queue__isnull=False) | Q(owner_user__isnull=False, owner_queue=None),
                name="voice_call_one_owner",
            ),
        ]
        indexes = [
            models.Index("tenant", "interaction", name="voice_call_interaction"),
            models.Index("tenant", "call_center", "vendor_call_key", name="voice_call_key"),
            models.Index("tenant", "vendor_call_key", name="voice_call_vendor_key"),
            models.Index("tenant", "vendor_call_key_folded", name="voice_call_key_folded"),
            models.Index("tenant", "call_start_date_time", name="voice_call_start"),
            models.Index("tenant", "system_modstamp", name="voice_call_modstamp"),
            models.Index("tenant", "deleted_at", "id", name="voice_call_bin", condition=Q(deleted_at__isnull=False)),
            *(
                models.Index("tenant", column, name=f"voice_call_{name}", condition=Q(**{f"{column}__isnull": False}))
                for name, column in _REFERRED.items()
            ),
            models.Index(
                "tenant",
                condition=Q(from_telephony=True) & ~Q(call_disposition=CallDisposition.COMPLETED),
                name="voice_call_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


@register(
    "VoiceCallRecording",
    "0Ox",
    "Voice Call Recording",
    calls=ALL_CALLS - {"create", "undelete", "search", "layout"},
    seen_through=["voice_call__interaction"],
)
class VoiceCallRecording(Record):
    """The one recording of a call. `location` is kept as sent, and rendered as a link only if it is one (V-42)."""

    voice_call = documented(
        models.OneToOneField(VoiceCall, models.CASCADE, related_name="recording"),
        "FGS",
        "Voice Call ID",
        references=("VoiceCall",),
        relationship="VoiceCall",
    )
    name = documented(models.CharField(max_length=255), "CUFGIS", "Voice Call Recording Name")
    location = models.CharField(max_length=1000)
    duration_in_seconds = documented(models.PositiveIntegerField(default=0), "CUFGS", "Duration in Seconds")
    intelligence_score = documented(
        models.IntegerField(null=True, blank=True), "CUFGNS", "Intelligence Score", length=9
    )
    is_consented = documented(models.BooleanField(default=False), "CUDFGS", "Is Consented")
    media_content_id = documented(
        _text(64),
        "CUFGNS",
        "Content Document ID",
        type="reference",
        references=("ContentDocument",),
        relationship="MediaContent",
    )
    owner = documented(user_link(), "CUDFGS", "Owner ID", references=("Group", "User"), relationship="Owner")
    upload_date_time = documented(models.DateTimeField(null=True), "FNS", "Upload DateTime")
