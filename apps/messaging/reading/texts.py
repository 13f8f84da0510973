"""Texts out of headers and bodies, whatever they claim to be written in."""

import codecs
import re
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from apps.engagements.models.mail import LONGEST_ID, LONGEST_TEXT

_LONGEST_HEADER = 20_000
_UNSTORABLE = re.compile("[\ud800-\udfff]")
# What Python decodes as well, though nobody writes mail in it; some of it takes the square of the length.
_NO_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
_ID = re.compile(rf"<[^<>\s]{{1,{LONGEST_ID - 2}}}>")


def storable(text: str) -> str:
    """Without null characters, and with a sign in place of each half character."""
    return _UNSTORABLE.sub("\ufffd", text.replace("\x00", ""))


def header(message: Message, name: str) -> str:
    """A header in one line, decoded; empty without one."""
    found: Any = message.get(name)
    raw = str(found)[:_LONGEST_HEADER] if found is not None else ""
    try:
        text = str(make_header(decode_header(raw)))
    except (LookupError, ValueError, MessageError, AssertionError):
        text = raw
    return storable(" ".join(_bytes_again(text).split()))


def ids(message: Message, name: str) -> list[str]:
    """The message ids in a header, in their order."""
    return list(dict.fromkeys(_ID.findall(header(message, name))))


def inside(part: Message) -> list[Message]:
    """The parts within this one; none in what is text."""
    found: Any = part.get_payload() if part.is_multipart() else ()
    return [each for each in found if isinstance(each, Message)]


def body_text(part: Message) -> str:
    """The text of a part, in the charset it names, or else in one that takes everything."""
    try:
        content: Any = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError):
        content = None
    if not isinstance(content, bytes):
        return ""
    content = content[: LONGEST_TEXT * 8]
    return storable(_decoded(content, part)).replace("\r\n", "\n")


def _decoded(content: bytes, part: Message) -> str:
    try:
        charset = codecs.lookup(str(part.get_content_charset("utf-8"))).name
        return content.decode("utf-8" if charset in _NO_CHARSETS else charset)
    except (LookupError, ValueError, TypeError):
        pass
    try:
        return content.decode("utf-8")
    except ValueError:
        return content.decode("windows-1252", "replace")


def _bytes_again(text: str) -> str:
    """Raw bytes in a header come as half characters: read them as what they most likely are."""
    if not _UNSTORABLE.search(text):
        return text
    raw = text.encode("utf-8", "surrogateescape") if not re.search("[\ud800-\udc7f]", text) else b""
    try:
        return raw.decode("utf-8") if raw else text
    except ValueError:
        return raw.decode("windows-1252", "replace")
