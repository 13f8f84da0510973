"""Notifications that something of ours was not delivered (RFC 3464, and RFC 6533 for addresses in any script)."""

from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from itertools import islice

from apps.messaging.operations.receiving import Bounce
from apps.messaging.reading.texts import body_text, header, ids, inside

_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_ENCLOSED = {"message/rfc822", "message/global"}
_HEADERS = {"text/rfc822-headers", "message/global-headers"}
_MOST_PARTS = 200
_LONGEST = 500


def bounce_of(message: Message) -> Bounce | None:
    """What a report says of the delivery of a message; None for other mail."""
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(islice(message.walk(), _MOST_PARTS))
    reports = [part for part in parts if part.get_content_type() in _STATUS]
    if not reports:
        return None
    failed = [block for part in reports for block in _blocks(part)]
    return Bounce(next(_originals(parts), ""), "; ".join(map(_why, failed))[:_LONGEST])


def _blocks(part: Message) -> Iterator[Message]:
    """One for each recipient whom it did not reach."""
    for block in inside(part):
        if header(block, "Action").lower() == "failed":
            yield block


def _why(block: Message) -> str:
    who = _after_type(header(block, "Final-Recipient") or header(block, "Original-Recipient"))
    said = _after_type(header(block, "Diagnostic-Code")) or header(block, "Status")
    return f"{who}: {said}" if said else who


def _after_type(text: str) -> str:
    """`rfc822; ann@customer.example` is a type and what is meant."""
    kind, semicolon, meant = text.partition(";")
    return meant.strip() if semicolon else kind.strip()


def _originals(parts: list[Message]) -> Iterator[str]:
    """The ids of the messages that come with it, or of whose headers come with it."""
    for part in parts:
        within = inside(part)
        if part.get_content_type() in _ENCLOSED and within:
            yield from ids(within[0], "Message-ID")
        elif part.get_content_type() in _HEADERS:
            enclosed = within[0] if within else message_from_string(body_text(part))
            yield from ids(enclosed, "Message-ID")
