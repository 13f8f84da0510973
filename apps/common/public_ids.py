"""The ids that clients see. Each is a pure function of an object's prefix and its row's key."""

import re
import string
from functools import lru_cache

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SUFFIX = string.ascii_uppercase + "012345"
_SHAPE = re.compile("[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?")
_BODY = 12  # characters after the three of the prefix
_GENESYS = "IX"


def salesforce_id(prefix: str, key: int) -> str:
    """18 characters: prefix, the key in base 62, and the suffix that makes the id safe without case (C-02).

    A page has thousands of ids: those that are near each other share all but the last two digits.
    """
    rest, last = divmod(key, _PAIR)
    start, check, capitals = _beginning(prefix, rest)
    return f"{start}{_PAIRS[last]}{check}{_SUFFIX[capitals | _PAIR_CAPITALS[last]]}"


@lru_cache(maxsize=4096)
def _beginning(prefix: str, rest: int) -> tuple[str, str, int]:
    """The first 13 characters of an id, two of its check characters, and what the third is to be made of."""
    body = ""
    while rest:
        rest, digit = divmod(rest, 62)
        body = _BASE62[digit] + body
    start = prefix + body.rjust(_BODY - 2, "0")
    return start, suffix(start)[:2], _capitals(start[10:])


@lru_cache(maxsize=4096)
def suffix(fifteen: str) -> str:
    """The three check characters of a 15-character id: one for each group of five, by its capitals."""
    return "".join(_SUFFIX[_capitals(fifteen[start : start + 5])] for start in (0, 5, 10))


def _capitals(group: str) -> int:
    """One bit for each capital, the first character's the lowest."""
    return sum(1 << bit for bit, letter in enumerate(group) if letter.isupper())


def in_full(text: str) -> str:
    """An id of 15 or 18 characters with its suffix (P-10)."""
    return text[:15] + suffix(text[:15])


def is_salesforce_id(text: str) -> bool:
    """Whether the text has the shape of an id: 15 characters, or 18 with the right suffix (P-10)."""
    if not _SHAPE.fullmatch(text):
        return False
    return len(text) == 15 or suffix(text[:15]) == text[15:]


def key_of(text: str, prefix: str) -> int | None:
    """The row's key behind a 15- or 18-character id of this prefix; None if it is no such id."""
    if not is_salesforce_id(text) or not text.startswith(prefix):
        return None
    key = 0
    for letter in text[3:15]:
        key = key * 62 + _BASE62.index(letter)
    return key if key < 2**63 else None


def genesys_id(key: int) -> str:
    """An opaque, URL-safe id of an interaction (genesys 8.1)."""
    return f"{_GENESYS}{key:010X}"


def genesys_key(text: str) -> int | None:
    """The row's key behind a Genesys id; None if it is none."""
    digits = text.removeprefix(_GENESYS)
    if digits == text or not 10 <= len(digits) <= 15 or set(digits) - set("0123456789ABCDEF"):
        return None
    return int(digits, 16)


_PAIR = 62 * 62
_PAIRS = [first + second for first in _BASE62 for second in _BASE62]
_PAIR_CAPITALS = [_capitals(pair) << 3 for pair in _PAIRS]  # they are the last two of their group
