"""Which mail a machine wrote, or was written to a list: it is marked, and nothing answers it by itself (RFC 3834)."""

from email.message import Message

from apps.messaging.reading.texts import header

_BULK = {"bulk", "junk", "list", "auto_reply"}


def why_automatic(message: Message) -> str:
    """What says so, in a word; empty for a person's mail."""
    submitted = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return submitted[:80]
    if header(message, "List-Id") or header(message, "List-Unsubscribe"):
        return "list"
    if header(message, "Precedence").lower() in _BULK:
        return "bulk"
    if header(message, "X-Autoreply") or header(message, "X-Autorespond"):
        return "auto-replied"
    if message.get_content_type() == "multipart/report" or header(message, "Return-Path") == "<>":
        return "bounce"
    return ""
