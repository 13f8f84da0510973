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
from apps.messaging.operations.texts import configure_text, drop_own_text, keep_own_text, remove_text

__all__ = [
    "accept_chat",
    "add_attachment",
    "cancel",
    "compose",
    "configure_text",
    "deliver_mail",
    "drop_own_text",
    "forward",
    "keep_own_text",
    "receive",
    "remove_attachment",
    "remove_text",
    "reply",
    "request_history",
    "save",
    "say",
    "say_as_customer",
    "send",
    "type_on",
]
