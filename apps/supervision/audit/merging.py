"""Pages of several sources as one list, newest first: each is read along its own index, from one place in all of them.

At one moment the rows of an earlier source stand before those of a later one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.common.looking import Narrowed, page_within
from apps.common.paging import EPOCH, MICROSECOND, Order, Page

_ORDER = Order("at", "id")
_LAST = 2**63 - 1  # no row has a higher key

_Place = tuple[datetime, int, int]  # later ones stand before: the moment, the source counted backwards, the key


def page_of_all(sources: Sequence[Narrowed], *, size: int, older_than: str = "", newer_than: str = "") -> Page:
    """As `page_within`, of all sources together."""
    merged = _Merged(sources, size)
    if place := _read(older_than):
        return merged.older(place)
    if place := _read(newer_than):
        return merged.newer(place)
    return merged.older(None)


@dataclass(frozen=True)
class _Merged:
    sources: Sequence[Narrowed]
    size: int

    def older(self, start: _Place | None) -> Page:
        pages = [self._page(number, older_than=_in(start, number)) for number in range(len(self.sources))]
        ends = [self._end(number, page.older) for number, page in enumerate(pages) if page.looked_to]
        end = max(ends, default=None)  # where one source was not looked through, the others wait for it
        rows = [(at, row) for at, row in self._rows(pages) if end is None or at >= end]
        shown = rows[: self.size]
        goes_on = len(rows) > self.size or (len(rows) == self.size and any(page.older for page in pages))
        older = shown[-1][0] if goes_on else end
        newer = (shown[0][0] if shown else start) if start else None
        looked_to = end[0] if end and len(shown) < self.size else None
        return Page([row for _, row in shown], _written(newer), _written(older), looked_to)

    def newer(self, start: _Place) -> Page:
        """Where fewer stand before the place than a page holds, the first page."""
        pages = [self._page(number, newer_than=_in(start, number)) for number in range(len(self.sources))]
        ends = [self._end(number, page.newer) for number, page in enumerate(pages) if page.newer and page.looked_to]
        end = min(ends, default=None)
        rows = [(at, row) for at, row in self._rows(pages) if at > start and (end is None or at <= end)]
        if len(rows) <= self.size and not any(page.newer for page in pages):
            return self.older(None)
        shown = rows[-self.size :]
        is_full = len(shown) == self.size
        newer, older = shown[0][0] if is_full else end, shown[-1][0] if shown else _before(start)
        looked_to = end[0] if end and not is_full else None
        return Page([row for _, row in shown], _written(newer), _written(older), looked_to)

    def _page(self, number: int, **place: Any) -> Page:
        return page_within(self.sources[number], _ORDER, size=self.size, **place)

    def _rows(self, pages: Sequence[Page]) -> list[tuple[_Place, Any]]:
        placed = [((row.at, -number, row.pk), row) for number, page in enumerate(pages) for row in page.rows]
        return sorted(placed, key=lambda one: one[0], reverse=True)

    def _end(self, number: int, position: str | None) -> _Place:
        """How far a source was looked through."""
        at, key = _ORDER.read(self.sources[number].rows.model, position) or (EPOCH, 0)
        return at, -number, key


def _before(place: _Place) -> _Place:
    """So that what stands there comes after it."""
    at, own, key = place
    return at, own, key + 1


def _in(place: _Place | None, number: int) -> str | None:
    """The place as a source has it."""
    if place is None:
        return None
    at, own, key = place
    return _ORDER.place((at, key if own == -number else 0 if -number > own else _LAST))


def _written(place: _Place | None) -> str | None:
    return f"{_ORDER.place((place[0], place[2]))}.{-place[1]}" if place else None


def _read(text: str) -> _Place | None:
    """What is no place is the beginning."""
    found = re.fullmatch(r"(-?\d{1,18})\.(\d{1,18})\.(\d)", text, re.ASCII)
    try:
        return (EPOCH + int(found[1]) * MICROSECOND, -int(found[3]), int(found[2])) if found else None
    except OverflowError:
        return None
