"""Queries answered a page at a time, within a time limit."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from psycopg.errors import QueryCanceled

from apps.accounts.models import User
from apps.facades.salesforce_sobjects import locators
from apps.facades.salesforce_sobjects.models import QueryLocator
from apps.facades.salesforce_sobjects.soql.errors import QueryTimeout
from apps.facades.salesforce_sobjects.soql.query import LARGEST_PAGE, Page, Query
from apps.objects import viewing

SMALLEST_PAGE = 200


def first_page(text: str, size: int, *, by: User, version: int, with_deleted: bool = False) -> dict[str, Any]:
    """The answer to a query. Notes what is read FOR VIEW or FOR REFERENCE. Raises QueryError."""
    query = Query(text, by=by, version=version, with_deleted=with_deleted)
    with bounded():
        if query.only_count:
            return _answer([], query.total())
        if query.grouping:
            return _answer(query.grouping.records())
        page = query.page(size)
        _note(query, page, by)
        if not page.end:
            return _answer(page.records)
        locator = locators.opened(query, page, by=by)
    return _answer(page.records, locator.total, _url(locator, page, version))


def next_page(segment: str, size: int, *, by: User, version: int) -> dict[str, Any]:
    """A further page, by what the one before named; its date literals mean what they meant there."""
    locator, given = locators.found(segment, by=by)
    query = Query(
        locator.text, by=by, version=version, with_deleted=locator.with_deleted, now=locator.created_at, nested=True
    )
    skip, place = locators.nearest(locator, given)
    with bounded():
        page = query.page(size, before=given, skip=skip, place=place)
        _note(query, page, by)
    if not page.end:
        return _answer(page.records, locator.total)
    locators.moved(locator, page)
    return _answer(page.records, locator.total, _url(locator, page, version))


def plans(text: str, *, by: User, version: int) -> dict[str, Any]:
    """How the database would answer a query, in the words of `explain` (sobjects 7)."""
    query = Query(text, by=by, version=version)
    with bounded():
        plan, whole = (_plan(rows) for rows in (query.rows, query.asked.rows(query.sobject)))
    found = {
        "cardinality": int(plan["Plan Rows"]),
        "fields": [],
        "leadingOperationType": "Index" if "Index" in str(plan) else "TableScan",
        "notes": [],
        "relativeCost": round(plan["Total Cost"] / max(whole["Total Cost"], 0.01), 3),
        "sobjectCardinality": int(whole["Plan Rows"]),
        "sobjectType": query.sobject.name,
    }
    return {"plans": [found], "sourceQuery": text}


def size_of(options: str) -> int:
    """The page size of a `Sforce-Query-Options` header, held to what is served (P-05)."""
    for option in options.split(","):
        name, _, number = option.partition("=")
        if name.strip().lower() == "batchsize" and number.strip().isdecimal():
            return max(SMALLEST_PAGE, min(int(number.strip()[:9]), LARGEST_PAGE))
    return LARGEST_PAGE


@contextmanager
def bounded() -> Iterator[None]:
    """Statements of this transaction may take `QUERY_TIMEOUT_SECONDS`. Raises QueryTimeout (P-32)."""
    with connection.cursor() as cursor:
        milliseconds = max(1, round(settings.QUERY_TIMEOUT_SECONDS * 1000))
        cursor.execute("select set_config('statement_timeout', %s, true)", [str(milliseconds)])
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise QueryTimeout("Your query request was running for too long.") from None
        raise


def _plan(rows: Any) -> dict[str, Any]:
    (document,) = json.loads(rows.explain(format="json"))
    return dict(document["Plan"])


def _note(query: Query, page: Page, by: User) -> None:
    purposes = query.purposes & {"VIEW", "REFERENCE"}
    if purposes and query.sobject.is_viewed and page.keys:
        viewing.note(by, query.sobject, page.keys, viewed="VIEW" in purposes)


def _url(locator: QueryLocator, page: Page, version: int) -> str:
    return f"/services/data/v{version}.0/query/{locator}-{page.end}"


def _answer(records: Any, total: int | None = None, more: str | None = None) -> dict[str, Any]:
    size = len(records) if total is None else total
    rest = {"nextRecordsUrl": more} if more else {}
    return {"totalSize": size, "done": more is None, **rest, "records": records}
