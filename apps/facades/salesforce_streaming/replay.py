"""Replay ids: a place among all changes as one number that clients can keep. They grow, with gaps."""

from typing import Any

from apps.events.reader import Position

# A transaction's number, and a change's within it. JavaScript counts exactly to 2**53: enough for 2**39 transactions.
_BITS = 14
_LAST: int = 2**_BITS - 1  # also of what comes after it in the same transaction


def replay_id(position: Position) -> int:
    return (position.xid << _BITS) + min(position.id, _LAST)


def position_of(wanted: Any) -> Position | None:
    """The place behind the change with this id; None if it is none."""
    if type(wanted) is not int or not 0 <= wanted < 2**53:
        return None
    return Position(wanted >> _BITS, wanted & _LAST)
