"""Pages of a narrowed list that cost the same however long the list is.

Rows that PostgreSQL expects to find at little cost are gathered, and sorted. Others are looked for from where the page
begins, among `LOOKED_AT` rows of the list at most: where fewer fit than a page holds, the page says how far it looked
and goes on from there. So whoever pages on comes to every row, in order, and no page walks through a million.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any

from django.db.models import F, Q, QuerySet

from apps.common.paging import EPOCH, Order, Page, page_of

LOOKED_AT = 3_000  # rows of the list behind one page
_FEW = 2_000
_CHEAP = 20_000.0  # in PostgreSQL's units: so many rows, each by its key
_WHOLE = 2_500.0  # the same: a table of some ten thousand rows, read through

_Place = tuple[datetime, Any]
Shown = Callable[[Any], Any]


@dataclass(frozen=True)
class Narrowed:
    """`rows` is the list in whose order is looked, `found` what is left of it.

    `gathered` says the same as `found` by a few keys.
    """

    rows: QuerySet[Any]
    found: QuerySet[Any]
    gathered: QuerySet[Any] | None = None

    def narrowed(self, *conditions: Any) -> "Narrowed":
        gathered = self.gathered.filter(*conditions) if self.gathered is not None else None
        return Narrowed(self.rows, self.found.filter(*conditions), gathered)

    def at_once(self, beyond: Q) -> QuerySet[Any] | None:
        """What may be gathered beyond a place; nothing if that would cost too much. One query, whatever it comes to."""
        is_cheap = cost(self.found.filter(beyond)) <= _CHEAP
        return self.gathered if self.gathered is not None else self.found if is_cheap else None

    def at_most(self, most: int, order: Order) -> tuple[int, bool]:
        """How many there are, counted as far as `most` and as far as a page looks; and whether these are all."""
        end, found = None, self.found
        if self.found is not self.rows:
            chosen = self.at_once(Q())
            if chosen is not None:
                found = chosen
            elif end := _end(self.rows.order_by(*order.names()), order):
                found = self.found.filter(order.beyond(end, backwards=True, itself=True))
        number = found.order_by()[: most + 1].count()
        return min(number, most), number <= most and end is None


def page_within(
    listed: Narrowed,
    order: Order,
    *,
    size: int,
    older_than: str | None = None,
    newer_than: str | None = None,
    shown: Shown | None = None,
) -> Page:
    """As `page_of`. A page of fewer rows with `looked_to` has more beyond, which nobody has looked at.

    `shown` adds to the rows of the page what they are shown with.
    """
    if listed.found is listed.rows:
        found = shown(listed.found) if shown else listed.found
        return page_of(found, order, size=size, older_than=older_than, newer_than=newer_than)
    look = _Look(listed, order, size, shown)
    start = order.read(listed.rows.model, older_than)
    if start is None and (back := order.read(listed.rows.model, newer_than)) is not None:
        rows, end = look.beyond(back, backwards=True)
        if len(rows) > size:
            rows = rows[size - 1 :: -1]
            return Page(rows, order.position(rows[0]), order.position(rows[-1]))
        if end is not None:
            return Page(rows[::-1], order.place(end), order.position(rows[0]) if rows else order.place(end), end[0])
    rows, end = look.beyond(start)
    page, is_full = rows[:size], len(rows) > size
    older = order.position(page[-1]) if is_full else order.place(end) if end else None
    newer = (order.position(page[0]) if page else older_than) if start else None
    return Page(page, newer, older, None if is_full or end is None else end[0])


@dataclass(frozen=True)
class _Look:
    listed: Narrowed
    order: Order
    size: int
    shown: Shown | None

    def beyond(self, start: _Place | None, *, backwards: bool = False) -> tuple[list[Any], _Place | None]:
        """Rows beyond the place, one more than a page if there are; and where looking ended, if not at the end."""
        order = self.order
        beyond = order.beyond(start, backwards=backwards) if start else Q()
        names = order.names(backwards=backwards)
        end = _end(self.listed.rows.filter(beyond).order_by(*names), order)
        chosen = self.listed.at_once(beyond)
        if chosen is not None:
            return self._first(chosen.filter(beyond).order_by(*_computed(order, backwards)), names), None
        within = order.beyond(end, backwards=not backwards, itself=True) if end else Q()
        return self._first(self.listed.found.filter(beyond, within).order_by(*names), names), end

    def _first(self, found: QuerySet[Any], names: list[str]) -> list[Any]:
        """Keys first: what rows are shown with is joined to those of the page alone."""
        keys = list(found.values_list("pk", flat=True)[: self.size + 1])
        rows = self.listed.found.filter(pk__in=keys).order_by(*names)
        return list(self.shown(rows) if self.shown else rows)


def _end(ahead: QuerySet[Any], order: Order) -> _Place | None:
    """The last row to look at; nothing if there are no more."""
    last = list(ahead.values_list(order.time or order.tie, order.tie)[LOOKED_AT - 1 : LOOKED_AT + 1])
    if len(last) < 2:
        return None
    at, key = last[0]
    return (at if order.time else EPOCH), key


def _computed(order: Order, backwards: bool) -> list[Any]:
    """The same order in words that no index serves, so that what is gathered is sorted."""
    first: Any = F(order.time) + timedelta(0) if order.time else F(order.tie) + 0
    rest: list[Any] = [F(order.tie)] if order.time else []
    ascending = order.is_oldest_first != backwards
    return [each.asc() if ascending else each.desc() for each in (first, *rest)]


def cost(found: QuerySet[Any]) -> float:
    """What PostgreSQL expects to pay for all of these rows; of many, a page finds enough where it looks."""
    told = found.order_by().values("pk").explain(format="json")
    if not told:  # it cannot be true of any row
        return 0.0
    (explained,) = json.loads(told)
    plan = explained["Plan"]
    is_bounded = plan["Plan Rows"] <= _FEW and _read_through(plan) <= _WHOLE
    return float(plan["Total Cost"]) if is_bounded else inf


def _read_through(plan: Any) -> float:
    """What the dearest table costs that no index is used for: reading it takes as long as it is large."""
    own = float(plan["Total Cost"]) if plan["Node Type"] == "Seq Scan" else 0.0
    return max([own, *(_read_through(each) for each in plan.get("Plans", ()))])
