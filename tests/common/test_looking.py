"""Pages of narrowed lists: every row once, in order, in both directions, however little of the list a page looks at."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q

from apps.common import looking
from apps.common.looking import Narrowed, page_within
from apps.common.paging import Order, Page
from apps.engagements.models import EngagementInteraction
from tests.builders import make_live

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
ORDER = Order("opened_at", "uuid")
VOICE = Q(channel="voice")


@pytest.fixture
def voices(in_scope: object) -> list[int]:
    """Twelve contacts of which some are calls; their keys, the newest first."""
    made = [
        make_live(at=T0 + timedelta(minutes=minute), channel="voice" if minute in (0, 1, 2, 9, 11) else "chat")
        for minute in range(12)
    ]
    return [one.pk for one in reversed(made) if one.channel == "voice"]


def fetch(size: int = 2, **position: str | None) -> Page:
    rows = EngagementInteraction.objects.all()
    return page_within(Narrowed(rows, rows.filter(VOICE)), ORDER, size=size, **position)


def there() -> list[Page]:
    pages = [fetch()]
    while pages[-1].older:
        pages.append(fetch(older_than=pages[-1].older))
    return pages


@pytest.mark.parametrize(("looked_at", "cheap"), [(4, -1.0), (3, -1.0), (1, -1.0), (10_000, -1.0), (4, 1e9)])
def test_whoever_pages_on_comes_to_every_row_and_back(
    voices: list[int], monkeypatch: pytest.MonkeyPatch, looked_at: int, cheap: float
) -> None:
    monkeypatch.setattr(looking, "LOOKED_AT", looked_at)
    monkeypatch.setattr(looking, "_CHEAP", cheap)
    pages = there()
    assert [row.pk for page in pages for row in page.rows] == voices
    assert all(len(page.rows) == 2 or page.looked_to or page is pages[-1] for page in pages)
    back, page = list[int](), pages[-1]
    while page.newer:
        page = fetch(newer_than=page.newer)
        back = [row.pk for row in page.rows if row.pk not in back] + back
    assert sorted(back, reverse=True) == [key for key in voices if key in back]
    assert [row.pk for row in page.rows][:1] == voices[:1], "back at the beginning"


def test_on_from_a_page_back_that_found_nothing_no_row_is_passed_by(
    voices: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LOOKED_AT", 2)
    monkeypatch.setattr(looking, "_CHEAP", -1.0)
    row = EngagementInteraction.objects.get(pk=voices[2])
    back = fetch(newer_than=ORDER.position(row))
    assert back.rows == []
    assert fetch(older_than=back.older).rows[:1] == [row]


def test_a_page_says_how_far_it_looked_and_what_is_cheap_is_looked_for_everywhere(
    voices: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LOOKED_AT", 4)
    monkeypatch.setattr(looking, "_CHEAP", -1.0)
    rows = EngagementInteraction.objects.all()
    listed = Narrowed(rows, rows.filter(VOICE))
    page = fetch(size=5)
    assert ([row.pk for row in page.rows], page.looked_to) == (voices[:2], T0 + timedelta(minutes=8))
    assert listed.at_most(9, ORDER) == (2, False)
    monkeypatch.setattr(looking, "_CHEAP", 1e9)
    assert ([row.pk for row in fetch(size=5).rows], fetch(size=5).looked_to) == (voices, None)
    assert (listed.at_most(9, ORDER), listed.at_most(3, ORDER)) == ((5, True), (3, False))


def test_a_few_keys_are_taken_whatever_the_rest_would_cost(voices: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "LOOKED_AT", 4)
    monkeypatch.setattr(looking, "_CHEAP", -1.0)
    rows = EngagementInteraction.objects.all()
    listed = Narrowed(rows, rows.filter(VOICE), rows.filter(VOICE, pk__in=voices[2:]))
    page = page_within(listed, ORDER, size=5)
    assert ([row.pk for row in page.rows], page.looked_to) == (voices[2:], None)
