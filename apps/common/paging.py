"""Paging by key: a page starts at a row, not at a number, so depth costs nothing and nothing is ever counted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

POSITIONS = ("older_than", "newer_than")  # arguments of an address that begin a page
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page:
    """Rows in the order asked for, and the positions that lead back and on; None where there is nothing more.

    `looked_to`: fewer rows than fit were found as far as this, and nobody has looked further (`looking`).
    """

    rows: list[Any]
    newer: str | None
    older: str | None
    looked_to: datetime | None = None


@dataclass(frozen=True)
class Order:
    """By a moment and, where moments are the same, by a unique column; by that alone where `time` is empty."""

    time: str
    tie: str
    is_oldest_first: bool = False

    def names(self, *, backwards: bool = False) -> list[str]:
        sign = "" if self.is_oldest_first != backwards else "-"
        return [f"{sign}{name}" for name in (self.time, self.tie) if name]

    def beyond(self, start: tuple[datetime, Any], *, backwards: bool = False, itself: bool = False) -> Q:
        """Written so that the first half bounds the index and the second half only settles ties."""
        at, key = start
        direction = "gt" if self.is_oldest_first != backwards else "lt"
        settled = Q(**{f"{self.tie}__{direction}{'e' if itself else ''}": key})
        if not self.time:
            return settled
        return Q(**{f"{self.time}__{direction}e": at}) & (Q(**{f"{self.time}__{direction}": at}) | settled)

    def position(self, row: Any) -> str:
        return self.place((getattr(row, self.time) if self.time else EPOCH, getattr(row, self.tie)))

    def place(self, at_key: tuple[datetime, Any]) -> str:
        at, key = at_key
        return f"{(at - EPOCH) // MICROSECOND}.{key}"

    def read(self, model: type[models.Model], position: str | None) -> tuple[datetime, Any] | None:
        microseconds, _, key = (position or "").partition(".")
        try:
            return EPOCH + int(microseconds) * MICROSECOND, model._meta.get_field(self.tie).to_python(key)  # type: ignore[union-attr]
        except (ValueError, OverflowError, ValidationError):
            return None


def newest_first(
    queryset: "models.QuerySet[Any]",
    *,
    time: str,
    tie: str,
    size: int,
    older_than: str | None = None,
    newer_than: str | None = None,
) -> Page:
    """One page in the order (time, tie), both descending. A position that cannot be read is the beginning."""
    return page_of(queryset, Order(time, tie), size=size, older_than=older_than, newer_than=newer_than)


def page_of(
    queryset: "models.QuerySet[Any]",
    order: Order,
    *,
    size: int,
    older_than: str | None = None,
    newer_than: str | None = None,
) -> Page:
    """One page in this order, which an index serves. `older_than` leads on, `newer_than` back to the beginning.

    A position that cannot be read is the beginning. Whoever pages back to the beginning gets a full first page.
    """
    start = order.read(queryset.model, older_than)
    if start:
        return _on(queryset.filter(order.beyond(start)), order, size, came_from_before=True)
    start = order.read(queryset.model, newer_than)
    if start:
        rows_before = queryset.filter(order.beyond(start, backwards=True)).order_by(*order.names(backwards=True))
        found = list(rows_before[: size + 1])
        if len(found) > size:
            rows = found[size - 1 :: -1]
            return Page(rows, newer=order.position(rows[0]), older=order.position(rows[-1]))
    return _on(queryset, order, size, came_from_before=False)


def _on(queryset: "models.QuerySet[Any]", order: Order, size: int, *, came_from_before: bool) -> Page:
    found = list(queryset.order_by(*order.names())[: size + 1])
    rows = found[:size]
    return Page(
        rows,
        newer=order.position(rows[0]) if rows and came_from_before else None,
        older=order.position(rows[-1]) if len(found) > size else None,
    )
