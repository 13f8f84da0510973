"""The identities that the vendor's samples obey (cxengage 7.1), for any times."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from apps.reporting import figures
from apps.reporting.journal import Journal
from apps.reporting.spans import Span, minus, total, union
from tests.reporting import rows

steps = st.integers(min_value=0, max_value=10_000_000)  # milliseconds
moments = st.integers(min_value=0, max_value=1_000)


@given(menu=steps, wait=steps, closing=steps)
def test_abandoned_in_the_first_queue(menu: int, wait: int, closing: int) -> None:
    left = menu + wait
    stay, leg = rows.entry(menu, left, "abandon"), rows.segment(left, "customer-disconnect")
    journal = Journal(rows.interaction(left + closing, left, "queue"), [leg], [stay])
    assert figures.interaction_time(journal) == left + closing
    assert figures.ivr_time(journal) == menu
    assert figures.queue_abandon_time(stay) == figures.queue_time(stay) == figures.sla_time(journal, stay) == wait
    assert figures.customer_abandon_time(journal) == menu + wait
    assert figures.segment_time(journal, leg) == figures.segment_cancel_time(journal, leg) == menu + wait
    assert figures.interaction_time(journal) >= figures.segment_time(journal, leg)  # type: ignore[operator]


@given(
    menu=steps,
    ring=steps,
    connect=steps,
    talk=steps,
    wrap_up=steps,
    holds=st.lists(st.tuples(steps, steps), max_size=5),
)
def test_answered(menu: int, ring: int, connect: int, talk: int, wrap_up: int, holds: list[tuple[int, int]]) -> None:
    accepted, started = menu + ring, menu + ring + connect
    left, closed = started + talk, started + talk + wrap_up
    stay = rows.entry(menu, accepted, "success")
    part = rows.taken(stay, menu, accepted, started, left, closed)
    rests = [rows.hold(*sorted((started + a % (talk + 1), started + b % (talk + 1)))) for a, b in holds]
    journal = Journal(rows.interaction(closed, left, "talk"), [rows.segment(left, "success")], [stay], [part], rests)
    held = figures.customer_hold_time(journal)
    assert figures.conversation_time(journal) == talk
    assert figures.talk_time(journal) == talk - (held or 0)
    assert (held is None) == (not holds)
    assert figures.sla_time(journal, stay) == figures.queue_time(stay) + connect  # type: ignore[operator]
    assert figures.customer_abandon_time(journal) is None
    assert figures.agent_handle_time(part) == talk + wrap_up
    if not holds:
        assert figures.conversation_time(journal) == figures.talk_time(journal)


@given(kept=st.lists(st.tuples(moments, moments), max_size=6), taken=st.lists(st.tuples(moments, moments), max_size=6))
def test_spans_are_sets_of_milliseconds(kept: list[tuple[int, int]], taken: list[tuple[int, int]]) -> None:
    """Union and difference of stretches agree with those of the sets of milliseconds they cover."""
    points = [set(range(*sorted(pair))) for pair in kept], [set(range(*sorted(pair))) for pair in taken]
    spans = [[Span(rows.at(min(pair)), rows.at(max(pair))) for pair in pairs] for pairs in (kept, taken)]  # type: ignore[arg-type]
    covered, removed = (set().union(*each) for each in points)
    assert total(spans[0]) == len(covered)
    assert total(minus(spans[0], spans[1])) == len(covered - removed)
    joined = union(spans[0])
    assert all(before.end < after.start for before, after in pairwise(joined))
