"""Stretches of time, and their arithmetic in whole milliseconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, order=True)
class Span:
    """From `start` up to `end`."""

    start: datetime
    end: datetime

    @property
    def length(self) -> int:
        """Milliseconds."""
        return between(self.start, self.end)

    def within(self, other: Self) -> "Span | None":
        """What of this lies inside the other; None if nothing does."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


def between(start: datetime, end: datetime) -> int:
    """Milliseconds from start to end."""
    return (end - start) // _MILLISECOND


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order; stretches that touch become one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def minus(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What of `spans` lies in none of `taken`, in order."""
    left: list[Span] = []
    holes = union(taken)
    for span in union(spans):
        start = span.start
        for hole in holes:
            if hole.end <= start or hole.start >= span.end:
                continue
            if hole.start > start:
                left.append(Span(start, hole.start))
            start = hole.end
        if start < span.end:
            left.append(Span(start, span.end))
    return left


def total(spans: Iterable[Span]) -> int:
    """Milliseconds of all of them together, what overlaps counted once."""
    return sum(span.length for span in union(spans))
