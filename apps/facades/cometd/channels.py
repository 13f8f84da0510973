"""Channel names and patterns (genesys 15.2, 15.9)."""

import re
from collections.abc import Collection

_SEGMENT = r"[A-Za-z0-9\-_!~()$@.* ]+"
_CHANNEL = re.compile(rf"(/{_SEGMENT})+")
_LONGEST = 255


def is_channel(text: object) -> bool:
    return isinstance(text, str) and len(text) <= _LONGEST and bool(_CHANNEL.fullmatch(text))


def is_pattern(text: object) -> bool:
    """A channel, perhaps with a wildcard as its last segment, perhaps with the trailing slash of 15.9."""
    if not isinstance(text, str) or not is_channel(pattern := without_slash(text)):
        return False
    *others, last = pattern.split("/")
    return not any("*" in segment for segment in others) and ("*" not in last or last in ("*", "**"))


def without_slash(text: str) -> str:
    return text.removesuffix("/")


def is_meta(channel: str) -> bool:
    return channel == "/meta" or channel.startswith("/meta/")


def is_service(channel: str) -> bool:
    return channel == "/service" or channel.startswith("/service/")


def matches(pattern: str, channel: str) -> bool:
    """Whether a pattern (without trailing slash) covers a channel."""
    head, _, last = pattern.rpartition("/")
    if last == "**":
        return channel.startswith(f"{head}/")
    if last == "*":
        return channel.rpartition("/")[0] == head
    return pattern == channel


def delivered_as(channel: str, subscriptions: Collection[str]) -> str | None:
    """The name under which this session hears the channel, as clients match names literally; None if it does not."""
    own = subscriptions
    if channel in own:
        return channel
    if f"{channel}/" in own:
        return f"{channel}/"
    return channel if any(matches(without_slash(pattern), channel) for pattern in own) else None
