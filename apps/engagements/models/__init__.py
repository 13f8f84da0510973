"""The interaction: one contact between a customer and somebody here."""

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

__all__ = [
    "Artifact",
    "Conversation",
    "ConversationEntry",
    "Direction",
    "EngagementInteraction",
    "Hook",
    "MappedState",
    "Note",
    "SenderKind",
    "TranscriptUpload",
]
