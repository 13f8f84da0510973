"""How much of a message is looked at: its size, its lines and its headers decide what reading it costs."""

from collections.abc import Sequence
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32

from apps.engagements.models.mail import LARGEST_MESSAGE

_MOST_LINES = 1_000_000
_MOST_HEADERS = 10_000  # of all parts together
_LONGEST_HEADER = 20_000
_HEAD = 100_000  # bytes that are looked at where the whole is too much


class _TooMuch(Exception):
    """The message has more headers than anybody needs."""


def bounded(raw: bytes) -> bytes:
    """The message, or its beginning."""
    lines = raw.count(b"\n", 0, LARGEST_MESSAGE)
    most = LARGEST_MESSAGE if lines <= _MOST_LINES else LARGEST_MESSAGE * _MOST_LINES // lines
    return raw[:most]


def parsed(raw: bytes) -> Message:
    """The message as parts; of one that is nested or headed beyond all reason its own headers alone."""
    try:
        return message_from_bytes(raw, policy=_policy())
    except (RecursionError, _TooMuch):
        head = raw[:_HEAD].partition(b"\n\n")[0].splitlines()[: _MOST_HEADERS // 2]
        return message_from_bytes(b"\n".join(head) + b"\n\n", policy=_policy())


def _policy() -> Compat32:
    left = iter(range(_MOST_HEADERS))

    class Bounded(Compat32):
        def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
            if next(left, None) is None:
                raise _TooMuch
            name, value = super().header_source_parse(list(sourcelines))
            return name, value[:_LONGEST_HEADER]

    return Bounded()
