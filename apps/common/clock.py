"""One clock for the whole product, so that tests can hold it still."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, with a zone, cut to milliseconds: the journal's resolution (M-05)."""
    return to_millisecond(datetime.now(UTC))


def to_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def to_second(at: datetime) -> datetime:
    """Cut off to whole seconds, as the documented dateTime fields store them (M-05, V-07)."""
    return at.replace(microsecond=0)
