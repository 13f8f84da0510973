"""The ids that clients see. Each is a pure function of an object's prefix and its row's key."""

import string

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SUFFIX = string.ascii_uppercase + "012345"
_BODY = 12  # characters after the three of the prefix
_GENESYS = "IX"


def salesforce_id(prefix: str, key: int) -> str:
    """18 characters: prefix, the key in base 62, and the suffix that makes the id safe without case (C-02)."""
    body = ""
    while key:
        key, digit = divmod(key, 62)
        body = _BASE62[digit] + body
    fifteen = prefix + body.rjust(_BODY, "0")
    return fifteen + suffix(fifteen)


def suffix(fifteen: str) -> str:
    """The three check characters of a 15-character id: one for each group of five, by its capitals."""
    groups = (fifteen[start : start + 5] for start in (0, 5, 10))
    return "".join(_SUFFIX[sum(1 << bit for bit, letter in enumerate(group) if letter.isupper())] for group in groups)


def is_salesforce_id(text: str) -> bool:
    """Whether the text has the shape of an id: 15 characters, or 18 with the right suffix (P-10)."""
    if len(text) not in (15, 18) or not all(letter in _BASE62 for letter in text):
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
