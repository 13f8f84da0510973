"""What was said and what was attached."""

from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Extract, Left
from uuid6 import uuid7

from apps.common import clock
from apps.common.words import later as _
from apps.engagements.models import tallying
from apps.objects.documented import Documented, documented
from apps.objects.records import auto_number, user_link
from apps.objects.registry import READ_ONLY, register
from apps.tenants.models import TenantModel


def _interaction(related_name: str) -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey("engagements.EngagementInteraction", models.CASCADE, related_name=related_name)


def _conversations() -> "models.QuerySet[Any]":
    """With what others know of them: the identifier, and the telephone system of the first call."""
    calls: Any = Conversation._meta.get_field("voice_calls").related_model
    channel = calls.objects.filter(conversation=OuterRef("pk")).order_by("id").values("call_center_id")[:1]
    identifier = Cast("interaction__uuid", models.CharField(max_length=36))
    return Conversation.objects.annotate(identifier=identifier, channel=Subquery(channel))


@register(
    "Conversation",
    "0dw",
    "Conversation",
    calls=READ_ONLY,
    own_fields=[
        (
            "identifier",
            Documented("ConversationIdentifier", "string", frozenset("FGIS"), "Conversation Identifier", 255),
        ),
        (
            "channel",
            Documented(
                "ConversationChannelId",
                "reference",
                frozenset("FGIS"),
                "Conversation Channel ID",
                references=("CallCenter",),
            ),
        ),
    ],
    own_rows=_conversations,
)
class Conversation(TenantModel):
    """One to one with the interaction; its identifier is the interaction's uuid."""

    name = documented(auto_number("CV-"), "ADFIS", "Name", type="string", length=30)
    interaction = models.OneToOneField("engagements.EngagementInteraction", models.CASCADE, related_name="conversation")
    started_at = documented(models.DateTimeField(), "FNS", "Start Time", api_name="StartTime")
    ended_at = documented(models.DateTimeField(null=True), "FNS", "End Time", api_name="EndTime")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="conversation_in_order",
            )
        ]


class SenderKind(models.TextChoices):
    END_USER = "END_USER", _("Customer")
    EXTERNAL_USER = "EXTERNAL_USER", _("Outside person")
    HUMAN_AGENT = "HUMAN_AGENT", _("Agent")
    SUPERVISOR = "SUPERVISOR", _("Supervisor")
    VIRTUAL_AGENT = "VIRTUAL_AGENT", _("Agents as one voice")


def _field(api_name: str, label: str, type: str, length: int = 0, *, letters: str = "FGNS") -> Documented:
    return Documented(api_name, type, frozenset(letters), label, length, picklist=type == "picklist")


def _entries() -> "models.QuerySet[Any]":
    """With the words of the published schema (V-66)."""
    actor = Case(
        When(sender_kind__in=("HUMAN_AGENT", "VIRTUAL_AGENT"), then=Value("Agent")),
        When(sender_kind="SUPERVISOR", then=Value("Supervisor")),
        default=Value("EndUser"),
    )
    millis = Cast(Extract("started_at", "epoch") * 1000, models.BigIntegerField())
    said_to_all = ConversationEntry.objects.filter(visibility=ConversationEntry.Visibility.ALL)
    return said_to_all.annotate(
        actor_type=actor,
        entry_type=Value("Text"),
        entry_millis=millis,
        short_id=Left("message_id", 36),
        conversation=F("interaction__conversation__id"),
    )


@register(
    "ConversationEntry",
    "0Zy",
    "Conversation Entry",
    "Conversation Entries",
    calls=READ_ONLY,
    own_fields=[
        ("actor_type", _field("ActorType", "Actor Type", "picklist", 40)),
        ("participant", _field("ActorName", "Actor Name", "string", 255)),
        (
            "conversation",
            Documented(
                "ConversationId",
                "reference",
                frozenset("FGS"),
                "Conversation ID",
                18,
                references=("Conversation",),
                relationship="Conversation",
            ),
        ),
        ("entry_type", _field("EntryType", "Entry Type", "picklist", 40)),
        ("started_at", _field("EntryTime", "Entry Time", "datetime", letters="FS")),
        ("entry_millis", _field("EntryTimeMilliSecs", "Entry Time Milliseconds", "double", letters="FNS")),
        ("ended_at", _field("EntryEndTime", "Entry End Time", "datetime", letters="FNS")),
        ("text", _field("Message", "Message", "textarea", 131_072, letters="N")),
        ("short_id", _field("MessageIdentifier", "Message Identifier", "string", 36)),
        ("number", _field("Seq", "Sequence", "int", letters="FGS")),
        ("received_at", _field("CreatedDate", "Created Date", "datetime", letters="FS")),
        ("received_at", _field("SystemModstamp", "System Modstamp", "datetime", letters="FS")),
    ],
    own_rows=_entries,
)
class ConversationEntry(TenantModel):
    """One line: of a transcript, a chat or an SMS conversation."""

    class Visibility(models.TextChoices):
        ALL = "all", _("Everybody")
        AGENTS = "agents", _("Agents alone")

    interaction = _interaction("entries")
    number = models.PositiveIntegerField(help_text="In the order of arrival.")
    sender_kind = models.CharField(max_length=16, choices=SenderKind.choices)
    participant = models.CharField(max_length=255)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    text = models.TextField()
    message_id = models.CharField(max_length=255, null=True, help_text="The sender's own id of the line.")
    received_at = models.DateTimeField(default=clock.now)
    related_records = models.JSONField(default=list, help_text="15-character ids, as they were sent.")
    speaker = models.ForeignKey("engagements.ChatParticipant", models.SET_NULL, null=True, related_name="+")
    visibility = models.CharField(max_length=6, choices=Visibility.choices, default=Visibility.ALL)

    class Meta:
        ordering = ["started_at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "interaction", "message_id"], name="entry_message_unique"),
            models.UniqueConstraint(fields=["tenant", "interaction", "number"], name="entry_number_unique"),
        ]


class TranscriptUpload(TenantModel):
    """A transcript handed over as a file, and what became of it (voice 10)."""

    class Status(models.TextChoices):
        COMPLETED = "Completed"
        FAILED = "Failed"

    uuid = models.UUIDField(default=uuid7, editable=False)
    identifier = models.CharField(max_length=255, help_text="Of the conversation, as it was sent.")
    status = models.CharField(max_length=9, choices=Status.choices)
    stored = models.PositiveIntegerField(default=0)
    failed = models.JSONField(default=list, help_text="Ids of the entries that could not be stored.")
    detail = models.CharField(max_length=255, blank=True)
    uploaded_at = models.DateTimeField(default=clock.now)
    uploaded_by = user_link()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "uuid"], name="transcript_upload_uuid_unique")]


class Note(TenantModel):
    uuid = models.UUIDField(default=uuid7, editable=False)
    interaction = _interaction("notes")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=255, blank=True)
    body = models.TextField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)
    contact = models.ForeignKey("directory.CrmRecord", models.SET_NULL, null=True, related_name="+")
    written_by = user_link(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "uuid"], name="note_uuid_unique")]


class Hook(TenantModel):
    """A link to a record in a third party's system (cxengage 6.7)."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    interaction = _interaction("hooks")
    type = models.CharField(max_length=80)
    sub_type = models.CharField(max_length=80)
    record_id = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    hooked_by = models.CharField(max_length=80, blank=True)
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "interaction", "type", "sub_type", "record_id"], name="hook_unique"
            ),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="hook_uuid_unique"),
        ]
        indexes = [
            models.Index("tenant", "type", "sub_type", "record_id", name="hook_record"),
            models.Index("tenant", "name", name="hook_name"),
            models.Index("tenant", "record_id", name="hook_value"),
        ]
        triggers = tallying.OF_LINKS


class Artifact(TenantModel):
    """Files that belong to an interaction: recordings, transcripts, e-mail bodies (cxengage 12.4)."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    interaction = _interaction("artifacts")
    kind = models.CharField(max_length=40)
    sub_type = models.CharField(max_length=40, blank=True)
    metadata = models.JSONField(default=dict)
    manifest = models.UUIDField(null=True, help_text="The file that describes the others.")
    files = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = user_link(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "uuid"], name="artifact_uuid_unique")]
