"""Paging by key: a page starts at a row, not at a number, so depth costs nothing and nothing is ever counted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page:
    """Rows, newest first, and the positions that lead on; None where there is nothing more."""

    rows: list[Any]
    newer: str | None
    older: str | None


def newest_first(
    queryset: "models.QuerySet[Any]",
    *,
    time: str,
    tie: str,
    size: int,
    older_than: str | None = None,
    newer_than: str | None = None,
) -> Page:
    """One page in the order (time, tie), both descending. A position that cannot be read is the beginning.

    An index on the two columns serves it. Whoever pages back to the beginning gets a full first page.
    """
    start = _read(queryset.model, tie, older_than)
    if start:
        return _older(queryset.filter(_beyond(time, tie, start, "lt")), time, tie, size, came_from_newer=True)
    start = _read(queryset.model, tie, newer_than)
    if start:
        found = list(queryset.filter(_beyond(time, tie, start, "gt")).order_by(time, tie)[: size + 1])
        if len(found) > size:
            rows = found[size - 1 :: -1]
            return Page(rows, newer=_position(rows[0], time, tie), older=_position(rows[-1], time, tie))
    return _older(queryset, time, tie, size, came_from_newer=False)


def _older(queryset: "models.QuerySet[Any]", time: str, tie: str, size: int, *, came_from_newer: bool) -> Page:
    found = list(queryset.order_by(f"-{time}", f"-{tie}")[: size + 1])
    rows = found[:size]
    return Page(
        rows,
        newer=_position(rows[0], time, tie) if rows and came_from_newer else None,
        older=_position(rows[-1], time, tie) if len(found) > size else None,
    )


def _beyond(time: str, tie: str, start: tuple[datetime, Any], direction: str) -> Q:
    """Written so that the first half bounds the index and the second half only settles ties."""
    at, key = start
    return Q(**{f"{time}__{direction}e": at}) & (Q(**{f"{time}__{direction}": at}) | Q(**{f"{tie}__{direction}": key}))


def _position(row: Any, time: str, tie: str) -> str:
    return f"{(getattr(row, time) - _EPOCH) // _MICROSECOND}.{getattr(row, tie)}"


def _read(model: type[models.Model], tie: str, position: str | None) -> tuple[datetime, Any] | None:
    microseconds, _, key = (position or "").partition(".")
    try:
        return _EPOCH + int(microseconds) * _MICROSECOND, model._meta.get_field(tie).to_python(key)  # type: ignore[union-attr]
    except (ValueError, OverflowError, ValidationError):
        return None
