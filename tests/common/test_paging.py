"""Paging by key: every row once, forwards and backwards, however many share an instant."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.paging import Page, newest_first
from apps.engagements.models import EngagementInteraction
from tests.builders import make_live

pytestmark = pytest.mark.usefixtures("in_scope")

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)


def fetch(size: int = 2, **position: str | None) -> Page:
    return newest_first(EngagementInteraction.objects.all(), time="opened_at", tie="uuid", size=size, **position)


def walk(size: int) -> tuple[list[list[int]], Page]:
    pages, page = [], fetch(size)
    while True:
        pages.append([row.pk for row in page.rows])
        if page.older is None:
            return pages, page
        page = fetch(size, older_than=page.older)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 3), min_size=1, max_size=9), size=st.integers(1, 4))
def test_shows_every_row_once_and_the_same_pages_on_the_way_back(minutes: list[int], size: int) -> None:
    EngagementInteraction.objects.all().delete()
    for minute in minutes:
        make_live(at=T0 + timedelta(minutes=minute))
    in_order = list(EngagementInteraction.objects.order_by("-opened_at", "-uuid").values_list("pk", flat=True))

    there, page = walk(size)
    assert [pk for pks in there for pk in pks] == in_order
    for expected in reversed(there[:-1]):
        page = fetch(size, newer_than=page.newer)
        assert [row.pk for row in page.rows] == expected


def test_the_beginning_has_nothing_newer_and_the_end_nothing_older() -> None:
    for minute in range(3):
        make_live(at=T0 + timedelta(minutes=minute))
    first = fetch()
    assert (first.newer, first.older is None) == (None, False)
    last = fetch(older_than=first.older)
    assert (last.newer is None, last.older) == (False, None)
    assert fetch(newer_than=last.newer).newer is None


@pytest.mark.parametrize("position", ["", "x", "1.2.3", "99999999999999999999999.a", "1700000000000000.no-uuid", "1."])
def test_a_position_that_cannot_be_read_is_the_beginning(position: str) -> None:
    live = make_live()
    assert fetch(older_than=position).rows == [live]
    assert fetch(newer_than=position).rows == [live]


def test_nothing_is_counted_and_no_row_is_skipped_over() -> None:
    make_live()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        walk(1)
    said = " ".join(query["sql"].lower() for query in queries.captured_queries)
    assert "count(" not in said
    assert "offset" not in said
