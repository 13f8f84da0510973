"""Reading what was written in an interaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext

from apps.common.words import later as _
from apps.engagements.models import ConversationEntry, EngagementInteraction, MailAttachment, MailMessage
from apps.engagements.models.conversation import SenderKind
from apps.engagements.models.mail import Delivery, MailDirection


@dataclass(frozen=True)
class Said:
    """One item of a conversation: a line, or a message."""

    at: datetime
    kind: str  # line or mail
    is_ours: bool
    who: str
    text: str
    subject: str = ""
    to: Sequence[str] = ()
    note: str = ""  # what a reader should know: a draft, not delivered, for agents alone
    attachments: Sequence[MailAttachment] = ()  # without their content


_NOTES = {
    Delivery.DRAFT: _("Draft"),
    Delivery.WAITING: _("Waiting to be sent"),
    Delivery.FAILED: _("Not delivered"),
}


def conversation(interaction: EngagementInteraction, limit: int = 1000) -> list[Said]:
    """Lines and mail in the order of time, at most `limit` of each. Three queries, however many."""
    attachments = Prefetch("attachments", MailAttachment.objects.defer("content"))
    mail = MailMessage.objects.filter(interaction=interaction).prefetch_related(attachments).order_by("number")
    lines = ConversationEntry.objects.filter(interaction=interaction).select_related("speaker")
    items = [*map(_mail, mail[:limit]), *map(_line, lines.order_by("started_at", "number")[:limit])]
    return sorted(items, key=lambda item: item.at)


def _mail(message: MailMessage) -> Said:
    notes = [str(_NOTES.get(Delivery(message.delivery), ""))]
    if message.delivery == Delivery.FAILED:
        notes.append(message.error)
    if message.is_automatic:
        notes.append(gettext("Written by a machine"))
    return Said(
        at=message.sent_at if message.direction == MailDirection.OUTBOUND and message.sent_at else message.created_at,
        kind="mail",
        is_ours=message.direction == MailDirection.OUTBOUND,
        who=message.sender_name or message.sender,
        text=message.text,
        subject=message.subject,
        to=[*message.to, *message.cc],
        note=": ".join(note for note in notes if note),
        attachments=list(message.attachments.all()),
    )


def _line(entry: ConversationEntry) -> Said:
    ours = entry.sender_kind not in (SenderKind.END_USER, SenderKind.EXTERNAL_USER)
    for_agents = entry.visibility == ConversationEntry.Visibility.AGENTS
    return Said(
        at=entry.started_at,
        kind="line",
        is_ours=ours,
        who=entry.speaker.nickname if entry.speaker else entry.participant,
        text=entry.text,
        note=gettext("For agents alone") if for_agents else "",
    )
