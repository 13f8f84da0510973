"""The timeline's picture: what it shows stays inside it, and says the same as the journal."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import Hold, HoldKind, WorkOffer
from apps.reporting.journal import load_one
from apps.supervision.interactions.spans import Kind, Lane, Span, spans_of
from apps.supervision.interactions.timeline import Picture, picture
from tests.builders import make_agent, make_live, make_queue, ready

pytestmark = pytest.mark.usefixtures("in_scope")

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def drawn(live: EngagementInteraction) -> Picture:
    journal = load_one(EngagementInteraction.objects.get(pk=live.pk))
    found = picture(journal, spans_of(journal))
    assert found
    return found


def share(text: str) -> float:
    assert re.fullmatch(r"\d+\.\d\d%", text), text
    return float(text[:-1])


def call(hours: float = 0) -> Any:
    """Waits 20 s (and some hours), talks 60 s with a hold of 10 s inside, wraps up 20 s."""
    begin = T0 - timedelta(hours=hours)
    agent = make_agent("Tomas")
    live = make_live(make_queue("Claims", [agent], wrap_up_s=60), at=begin)
    ready(agent, at=after(20))
    operations.accept(live, by=agent, at=after(20))
    part = WorkOffer.objects.get(interaction=live)
    Hold.objects.create(
        interaction=live,
        segment=part.segment,
        offer=part,
        kind=HoldKind.CUSTOMER,
        started_at=after(40),
        ended_at=after(50),
    )
    operations.hang_up(live, by=None, at=after(80))
    operations.complete(live, by=agent, at=after(100))
    return live


def test_lanes_stand_in_the_order_they_came_in() -> None:
    assert [lane.name for lane in drawn(call()).lanes] == ["Customer", "Claims", "Tomas", "Segments"]


def test_talk_stands_in_pieces_around_the_hold() -> None:
    bars = [(bar.kind, bar.inside) for bar in drawn(call()).bars if bar.y < 60]  # the customer's lane
    assert sorted(bars) == [
        ("hold", "Hold 00:10"),
        ("talk", "Talk 00:20"),
        ("talk", "Talk 00:30"),
        ("wait", "Waits 00:20"),
    ]


@pytest.mark.parametrize("hours", [0, 1, 50, 3000])
def test_everything_lies_within_the_picture(hours: float) -> None:
    found = drawn(call(hours))
    for bar in found.bars:
        assert share(bar.x) + share(bar.width) <= 100.2
        assert bar.y + bar.height < found.height
    for tick in found.ticks:
        assert share(tick.x) <= 100
    assert 1 <= len(found.ticks) <= 11


def test_what_goes_on_reaches_to_now_and_a_second_is_no_division_by_zero() -> None:
    live = make_live(make_queue("Claims"), at=clock.now())
    bars = drawn(live).bars
    assert [bar.kind for bar in bars] == ["wait", "wait"]
    assert {bar.width for bar in bars} == {bars[0].width}


def test_a_contact_that_was_only_recorded_has_none() -> None:
    live = make_live()
    journal = load_one(live)
    assert picture(journal, []) is None


def test_what_is_told_of_a_short_wrap_up_stands_beside_the_talk_and_not_over_it() -> None:
    agent = make_agent("Tomas")
    live = make_live(make_queue("Claims", [agent], wrap_up_s=60), at=T0)
    ready(agent, at=after(1))
    operations.accept(live, by=agent, at=after(2))
    operations.hang_up(live, by=None, at=after(3600))
    operations.complete(live, by=agent, at=after(3605))
    (bar,) = (bar for bar in drawn(live).bars if bar.kind == "wrap")
    assert (bar.note, bar.note_is_left) == ("Wrap-up 00:05", False)
    assert share(bar.x) + share(bar.width) < 90


def test_nothing_is_told_over_another_bar_of_the_lane() -> None:
    """Offered twice to the same agent, a moment apart: the first refusal has no room behind it, the second none."""
    journal, tomas = load_one(make_live(at=T0)), Lane("agent-1", "Tomas", "user")

    def span(kind: Kind, start: float, end: float, outcome: str | None = None) -> Span:
        return Span(kind, tomas, after(start), after(end), "", outcome or "", 0, outcome=outcome)

    told = [span(Kind.OFFER, 600, 605, "rejected"), span(Kind.OFFER, 612, 615, "accepted"), span(Kind.TALK, 615, 1200)]
    found = picture(journal, told)
    assert found
    first, second = (bar for bar in found.bars if bar.kind == "offer")
    assert first.note_is_left
    assert second.note == ""
