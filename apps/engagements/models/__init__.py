"""The interaction: one contact between a customer and somebody here."""

from apps.engagements.models.artifacts import ArtifactFile
from apps.engagements.models.chat import ChatParticipant, ParticipantKind
from apps.engagements.models.conversation import (
    Artifact,
    Conversation,
    ConversationEntry,
    Hook,
    Note,
    SenderKind,
    TranscriptUpload,
)
from apps.engagements.models.interaction import Direction, EngagementInteraction, MappedState
from apps.engagements.models.mail import Delivery, MailAttachment, MailDirection, MailMessage
from apps.engagements.models.tally import InteractionTally

__all__ = [
    "Artifact",
    "ArtifactFile",
    "ChatParticipant",
    "Conversation",
    "ConversationEntry",
    "Delivery",
    "Direction",
    "EngagementInteraction",
    "Hook",
    "InteractionTally",
    "MailAttachment",
    "MailDirection",
    "MailMessage",
    "MappedState",
    "Note",
    "ParticipantKind",
    "SenderKind",
    "TranscriptUpload",
]
