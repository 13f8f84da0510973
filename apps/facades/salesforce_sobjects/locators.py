"""Query locators: kept for a day, ten for each user (P-25)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q

from apps.accounts.models import User
from apps.common import clock
from apps.common.public_ids import key_of
from apps.facades.salesforce_sobjects.models import QueryLocator
from apps.facades.salesforce_sobjects.soql.errors import InvalidLocator
from apps.facades.salesforce_sobjects.soql.query import Page, Query

_KEPT_FOR = timedelta(hours=24)
_MOST = 10  # of one user
_PLACES = 10  # what lies further back is read again from the nearest place before it
_FARTHEST = 18  # digits of a number of rows


def opened(query: Query, page: Page, *, by: User) -> QueryLocator:
    """Keep the place at the end of a query's first page. The user's oldest locators and those of yesterday go."""
    mine = QueryLocator.objects.filter(user=by)
    newest = mine.order_by("-id").values("pk")[: _MOST - 1]
    mine.filter(Q(created_at__lt=clock.now() - _KEPT_FOR) | ~Q(pk__in=newest)).delete()
    return QueryLocator.objects.create(
        user=by,
        text=query.asked.text,
        with_deleted=query.asked.with_deleted,
        total=query.total(),
        places=_places(page),
        created_at=query.asked.literals.now,
    )


def found(segment: str, *, by: User) -> tuple[QueryLocator, int]:
    """The user's own locator and how many rows were given, by `<locator>-<number>`. Raises InvalidLocator."""
    name, _, number = segment.partition("-")
    key = key_of(name, QueryLocator.PREFIX)
    if key is not None and number.isascii() and number.isdigit() and len(number) <= _FARTHEST:
        mine = QueryLocator.objects.filter(user=by, created_at__gte=clock.now() - _KEPT_FOR)
        locator = mine.filter(pk=key).first()
        if locator and (int(number) < locator.total or number in locator.places):  # there may be more rows by now
            return locator, int(number)
    raise InvalidLocator("invalid query locator")


def nearest(locator: QueryLocator, given: int) -> tuple[int, Sequence[Any]]:
    """The kept place nearest before so many rows, and how many rows lie between."""
    before = max((number for number in map(int, locator.places) if number <= given), default=0)
    return given - before, locator.places[str(before)] if before else ()


def moved(locator: QueryLocator, page: Page) -> None:
    """Keep the place at the end of this page as well."""
    places = locator.places | _places(page)
    kept = sorted(places, key=int)[-_PLACES:]
    QueryLocator.objects.filter(pk=locator.pk).update(places={number: places[number] for number in kept})


def _places(page: Page) -> dict[str, Sequence[Any]]:
    return {str(page.end): page.place} if page.place else {}
