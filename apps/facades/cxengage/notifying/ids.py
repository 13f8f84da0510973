"""`actionId`: the number of the event that a message tells of, written as a UUID; nothing is kept for it."""

from uuid import UUID

_VARIANT = 0x8 << 60  # RFC 9562: the two topmost bits of the lower half
_VERSION = 0x8 << 12  # version 8: made as its maker likes
_LARGEST = 2**62


def action_of(event_id: int) -> UUID:
    return UUID(int=(_VERSION << 64) | _VARIANT | event_id)


def event_of(action_id: UUID) -> int | None:
    """None for a UUID that is none of ours."""
    upper, lower = action_id.int >> 64, action_id.int & (2**64 - 1)
    number = lower ^ _VARIANT
    return number if upper == _VERSION and 0 < number < _LARGEST else None
