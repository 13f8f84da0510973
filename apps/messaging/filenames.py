"""Names and types of files that strangers chose."""

import re

_LONGEST = 255
_UNSAFE = re.compile('[\\x00-\\x1f\\x7f\ud800-\udfff/\\\\:*?"<>|]+')
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}", re.ASCII)


def safe(name: str) -> str:
    """A name without folders or signs that mean something to a shell or a header; the ending stays."""
    found = _UNSAFE.sub("_", name.strip()).strip(" .") or "attachment"
    return found if len(found) <= _LONGEST else found[: _LONGEST - 20] + found[-20:]


def content_type(given: str) -> str:
    """The type without its parameters; what is none is any bytes."""
    found = given.partition(";")[0].strip().lower()
    return found if _TYPE.fullmatch(found) else "application/octet-stream"
