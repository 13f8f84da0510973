"""A draft under lock, while its agent writes."""

from datetime import datetime

from django.utils.translation import gettext

from apps.agents.models import Agent
from apps.common.errors import NotAllowed
from apps.engagements.models import Delivery, EngagementInteraction, MailMessage
from apps.messaging.writing import Writing
from apps.queues.operations.live import Live, lock


def composing(draft: EngagementInteraction, *, by: Agent, at: datetime | None = None) -> tuple[Live, MailMessage]:
    """The draft under lock, with its message. Raises NotAllowed unless it is one and the agent works on it."""
    live = lock(draft, "write", by=by, at=at)
    live.own_work()
    message = MailMessage.objects.filter(interaction=live.interaction, delivery=Delivery.DRAFT).first()
    if not live.interaction.is_draft or message is None:
        raise NotAllowed(gettext("this is no draft"))
    return live, message


def write(live: Live, message: MailMessage, writing: Writing) -> None:
    """Into the message, and what the interaction says of it too; the message is not saved."""
    writing.write(message)
    live.interaction.subject = message.subject or None
    live.interaction.customer = message.to[0][:255] if message.to else None
    live.interaction.contact_point = message.sender[:255]
