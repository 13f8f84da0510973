"""What is written in an interaction, as its snapshot carries it: the message it is about, and who is in the chat."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.agents.models import Channel
from apps.engagements.models import ChatParticipant, EngagementInteraction, MailAttachment, MailMessage
from apps.engagements.models.mail import LONGEST_SHOWN
from apps.events.catalogue import AttachmentSnapshot, MailSnapshot, ParticipantSnapshot

CHATS = (Channel.CHAT, Channel.SMS)


def with_writing(interactions: QuerySet[EngagementInteraction]) -> QuerySet[EngagementInteraction]:
    """The interactions with what their snapshots need, so that many cost no more queries than one."""
    newest = MailMessage.objects.order_by("interaction_id", "-number").distinct("interaction_id")
    return interactions.prefetch_related(
        Prefetch("mail", newest.prefetch_related(_attachments()), to_attr="newest_mail"),
        Prefetch("chat_participants", _present(), to_attr="in_the_chat"),
    )


def show(interaction: Any, participants: Iterable[ChatParticipant]) -> None:
    """Its snapshots from now on need not look for who is in the chat: it is who is there of these."""
    interaction.in_the_chat = sorted((each for each in participants if each.is_there), key=lambda each: each.pk)


def nothing_yet(interaction: Any) -> None:
    """It has just been written down, so nobody need look for what is written in it."""
    interaction.newest_mail, interaction.in_the_chat = [], []


def mail_of(interaction: Any) -> list[MailSnapshot]:
    """The newest message of an e-mail; none of anything else."""
    if interaction.channel != Channel.EMAIL:
        return []
    found: Iterable[MailMessage] | None = getattr(interaction, "newest_mail", None)
    if found is None:
        found = interaction.mail.order_by("-number").prefetch_related(_attachments())[:1]
    return [mail_snapshot(message) for message in found]


def participants_of(interaction: Any) -> list[ParticipantSnapshot]:
    """Who is in the chat now."""
    if interaction.channel not in CHATS:
        return []
    found: Iterable[ChatParticipant] | None = getattr(interaction, "in_the_chat", None)
    if found is None:
        found = _present().filter(interaction_id=interaction.pk)
    return [participant_snapshot(each) for each in found]


def mail_snapshot(message: MailMessage) -> MailSnapshot:
    return MailSnapshot(
        message_id=message.message_id,
        direction=message.direction,
        delivery=message.delivery,
        sender=message.sender,
        sender_name=message.sender_name,
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        subject=message.subject,
        text=message.text[:LONGEST_SHOWN],
        html=message.html if len(message.html) <= LONGEST_SHOWN else "",
        is_automatic=message.is_automatic,
        attachments=[
            AttachmentSnapshot(id=str(each.uuid), name=each.name, size=each.size, content_type=each.content_type)
            for each in message.attachments.all()
        ],
    )


def participant_snapshot(participant: ChatParticipant) -> ParticipantSnapshot:
    return ParticipantSnapshot(
        id=str(participant.uuid),
        kind=participant.kind,
        nickname=participant.nickname,
        agent_id=participant.agent_id,
    )


def _present() -> QuerySet[ChatParticipant]:
    return ChatParticipant.objects.filter(joined_at__isnull=False, left_at=None)


def _attachments() -> "Prefetch[Any]":
    return Prefetch("attachments", MailAttachment.objects.defer("content"))
