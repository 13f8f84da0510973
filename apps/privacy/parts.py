"""What of a contact is about a person: in which rows, and what stands there once it is gone.

Times, queues, agents, outcomes and dispositions are no part of it: figures are read off those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from apps.attendees.models import EngagementAttendee, IdentityVerification
from apps.common.words import kept as _
from apps.directory.names import NOBODY
from apps.engagements.models import (
    Artifact,
    ArtifactFile,
    ChatParticipant,
    ConversationEntry,
    EngagementInteraction,
    Hook,
    MailAttachment,
    MailMessage,
    Note,
    ParticipantKind,
    SenderKind,
)
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import (
    ContactRequest,
    ConversationParticipant,
    ConversationSignal,
    VoiceCall,
    VoiceCallRecording,
)


@dataclass(frozen=True)
class Part:
    """Rows of one model: `path` leads to the contact; `blank` is written over them, or they go as a whole.

    The label is a key of what is stored; screens translate it.
    """

    label: str
    model: Any
    path: str
    blank: Mapping[str, Any] | None
    only: Q = field(default_factory=Q)

    def rows(self, contacts: Sequence[int]) -> "models.QuerySet[Any]":
        """Those of these contacts, in the recycle bin too. In the scope of their tenant."""
        found: models.QuerySet[Any] = self.model._base_manager.filter(self.only, **{f"{self.path}__in": contacts})
        return found


_INTERACTION: Mapping[str, Any] = {
    **dict.fromkeys(("phone_number", "phone_key", "customer", "subject", "reason", "initiating_attendee_id")),
    "context_id": None,
    "user_data": {},
    "custom_fields": {},
}
_TOPIC: Mapping[str, Any] = {
    "topic_id": None,
    "related_person_id": None,
    "interaction_summary": None,
    "custom_fields": {},
}
_CALL: Mapping[str, Any] = {
    **dict.fromkeys(("description", "related_record_id", "end_user_id", "activity_id")),
    "from_phone_number": "",
    "to_phone_number": "",
    "custom_fields": {},
}
CALLBACK: Mapping[str, Any] = {
    **dict.fromkeys(("who_id", "what_id", "preferred_phone", "request_description")),
    "custom_fields": {},
}
_ATTENDEE: Mapping[str, Any] = {"external_attendee_id": NOBODY}
_SOMEBODY = Q(external_attendee_id__isnull=False)

CONTACTS = Part(_("contacts"), EngagementInteraction, "pk", _INTERACTION)
RECORDINGS = Part(
    _("recordings"),
    VoiceCallRecording,
    "voice_call__interaction",
    {"location": "", "media_content_id": None, "custom_fields": {}},
)
LINES = Part(_("lines"), ConversationEntry, "interaction", {"text": "", "related_records": []})
MAILS = Part(
    _("mails"),
    MailMessage,
    "interaction",
    {
        **dict.fromkeys(("sender", "sender_name", "reply_to", "subject", "text", "html", "error"), ""),
        **{key: [] for key in ("to", "cc", "bcc")},
    },
)
ATTACHMENTS = Part(_("attachments"), MailAttachment, "message__interaction", None)
ARTIFACTS = Part(_("artifacts"), Artifact, "interaction", None)

PARTS: Sequence[Part] = (
    CONTACTS,
    Part(_("attendees"), EngagementAttendee, "engagement", _ATTENDEE, _SOMEBODY),
    Part(_("attendees’ fields"), EngagementAttendee, "engagement", {"custom_fields": {}}, ~Q(custom_fields={})),
    Part(_("identity checks"), IdentityVerification, "attendee__engagement", {"means": ""}),
    Part(_("topics"), EngagementTopic, "engagement", _TOPIC),
    Part(_("calls"), VoiceCall, "interaction", _CALL),
    RECORDINGS,
    LINES,
    Part(
        _("speakers"),
        ConversationEntry,
        "interaction",
        {"participant": ""},
        Q(sender_kind__in=[SenderKind.END_USER, SenderKind.EXTERNAL_USER]),
    ),
    Part(_("chatters"), ChatParticipant, "interaction", {"nickname": ""}, Q(kind=ParticipantKind.CUSTOMER)),
    Part(
        _("voices"),
        ConversationParticipant,
        "conversation__interaction",
        {"participant_display_name": None, "participant_context": None, "crm_record_id": None},
        Q(participant_role=ConversationParticipant.Role.END_USER),
    ),
    MAILS,
    ATTACHMENTS,
    Part(_("notes"), Note, "interaction", {"title": "", "body": "", "contact": None}),
    Part(_("signals"), ConversationSignal, "interaction", {"details": {}}),
    Part(_("links"), Hook, "interaction", None),
    Part(_("files"), ArtifactFile, "artifact__interaction", None),
    ARTIFACTS,
    Part(_("callbacks"), ContactRequest, "voice_call__interaction", CALLBACK),
    Part(_("callbacks"), ContactRequest, "callback", CALLBACK),
)


def versions() -> Sequence[Part]:
    """The same columns in the versions that triggers keep."""
    kept: Sequence[tuple[str, str, str, Mapping[str, Any], Q]] = (
        ("engagements", "EngagementInteractionHistory", "pgh_obj", _INTERACTION, Q()),
        ("attendees", "EngagementAttendeeHistory", "engagement", _ATTENDEE, _SOMEBODY),
        ("attendees", "EngagementAttendeeHistory", "engagement", {"custom_fields": {}}, Q()),
        ("topics", "EngagementTopicHistory", "engagement", _TOPIC, Q()),
        ("voice_calls", "VoiceCallHistory", "interaction", _CALL, Q()),
    )
    return [Part("versions", apps.get_model(app, name), path, blank, only) for app, name, path, blank, only in kept]
