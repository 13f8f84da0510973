"""From a message's bytes to what is stored. Whatever the bytes are, something comes out."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from apps.common import clock
from apps.engagements.models.mail import (
    LARGEST_ATTACHMENT,
    LONGEST_ADDRESS,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MOST_ADDRESSES,
    MOST_ATTACHMENTS,
)
from apps.messaging import filenames, html
from apps.messaging.operations.receiving import Enclosed, Incoming
from apps.messaging.reading.bounces import bounce_of
from apps.messaging.reading.bounds import bounded, parsed
from apps.messaging.reading.machines import why_automatic
from apps.messaging.reading.texts import body_text, header, ids, inside, storable

_MOST_PARTS = 200
_TOO_LARGE = "This message was too large to be taken in whole."


def parse(raw: bytes, *, is_whole: bool = True) -> Incoming:
    """`is_whole`: false if only the beginning was read because it was too large."""
    taken = bounded(raw)
    message = parsed(taken)
    read = _Body(list(_leaves(message)))
    if not is_whole or len(taken) < len(raw):
        read.text = f"{_TOO_LARGE}\n\n{read.text}"
    (sender_name, sender), *_ = [*_people(message, "From"), ("", "")]
    return Incoming(
        message_id=next(iter(ids(message, "Message-ID")), "") or _made_up(raw),
        sender=sender,
        sender_name=sender_name[:255],
        reply_to=next((address for _, address in _people(message, "Reply-To")), ""),
        to=_addresses(message, "To"),
        cc=_addresses(message, "Cc"),
        delivered_to=_addresses(message, "Delivered-To", "X-Original-To"),
        subject=header(message, "Subject")[:LONGEST_SUBJECT],
        text=read.text[:LONGEST_TEXT],
        html=read.html,
        in_reply_to=next(iter(ids(message, "In-Reply-To")), ""),
        references=ids(message, "References")[-50:],
        sent_at=_date(message),
        automatic=why_automatic(message),
        bounce=bounce_of(message),
        enclosed=read.enclosed,
    )


def _made_up(raw: bytes) -> str:
    """A message without an id has one of its content, so that it is still read only once."""
    return f"<{hashlib.sha256(raw).hexdigest()}@without-id.invalid>"


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something; a message that is enclosed is one file."""
    waiting = [message]
    seen = 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop()
        seen += 1
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting.extend(reversed(inside(part)))
        else:
            yield part


class _Body:
    """The first text, the first HTML, and files of everything else."""

    def __init__(self, parts: Sequence[Message]) -> None:
        self.text, self.page = "", ""
        self.enclosed: list[Enclosed] = []
        for part in parts:
            self._take(part)
        if not self.text and self.page:
            self.text = html.as_text(self.page)
        self.html = storable(html.clean(self.page))
        if len(self.html) > LONGEST_TEXT:
            self.html = ""

    def _take(self, part: Message) -> None:
        kind, is_file = part.get_content_type(), part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not is_file and not self.text:
            self.text = body_text(part)
        elif kind == "text/html" and not is_file and not self.page:
            self.page = body_text(part)
        else:
            self._enclose(part, kind)

    def _enclose(self, part: Message, kind: str) -> None:
        content = _bytes(part)
        if content is None or len(content) > LARGEST_ATTACHMENT or len(self.enclosed) >= MOST_ATTACHMENTS:
            name = header(part, "Content-Description") or kind
            self.text += f"\n[{name} was left out: too large, or too many files]"
            return
        if content or part.get_filename():
            self.enclosed.append(Enclosed(_filename(part, kind), filenames.content_type(kind), content))


def _bytes(part: Message) -> bytes | None:
    if part.get_content_type() == "message/rfc822":
        try:
            return b"".join(each.as_bytes() for each in inside(part))
        except (RecursionError, ValueError, LookupError, UnicodeError):
            return None
    try:
        found: Any = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError):
        return None
    return bytes(found) if found is not None else b""


def _filename(part: Message, kind: str) -> str:
    try:
        given = part.get_filename()
    except (ValueError, LookupError, UnicodeError):
        given = None
    return filenames.safe(storable(given or ("message.eml" if kind == "message/rfc822" else "attachment")))


def _people(message: Message, *names: str) -> list[tuple[str, str]]:
    """Names and addresses of these headers, none of them longer than it may be."""
    written = [header(message, name) for name in names]
    try:
        found = getaddresses([each for each in written if each])
    except RecursionError:  # comments, each within the other
        found = []
    people = [(name, address.strip()) for name, address in found if 0 < len(address.strip()) <= LONGEST_ADDRESS]
    return people[:MOST_ADDRESSES]


def _addresses(message: Message, *names: str) -> list[str]:
    return list(dict.fromkeys(address for _, address in _people(message, *names)))


def _date(message: Message) -> datetime | None:
    """When it was written, as far as that can be believed: not in the future."""
    try:
        found = parsedate_to_datetime(header(message, "Date"))
        at = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if at.year >= 1970 and at <= clock.now() + timedelta(days=1) else None
