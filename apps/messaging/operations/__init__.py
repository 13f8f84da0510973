"""Everything that is written to and by customers: mail and chats. Each function is one transaction."""

from apps.messaging.operations.attachments import add_attachment, remove_attachment
from apps.messaging.operations.chatting import (
    accept_chat,
    request_history,
    say,
    say_as_customer,
    type_on,
)
from apps.messaging.operations.drafts import cancel, compose, forward, reply, save
from apps.messaging.operations.receiving import receive
from apps.messaging.operations.sending import deliver_mail, send

__all__ = [
    "accept_chat",
    "add_attachment",
    "cancel",
    "compose",
    "deliver_mail",
    "forward",
    "receive",
    "remove_attachment",
    "reply",
    "request_history",
    "save",
    "say",
    "say_as_customer",
    "send",
    "type_on",
]
