"""Each figure's rule, on the smallest journal that shows it."""

import pytest

from apps.engagements.models import Direction
from apps.queues.models import HoldKind, Outcome
from apps.queues.models.journal import CancelCause
from apps.reporting import figures
from apps.reporting.journal import Journal
from tests.reporting import rows


def test_a_running_interaction_has_no_open_durations() -> None:
    """X-11: what still goes on is None, what is over is there."""
    stay = rows.entry(5_000, 9_000, "success")
    part = rows.taken(stay, 6_000, 9_000, 10_000, None)
    journal = Journal(rows.interaction(), [rows.segment(None, None)], [stay], [part], [rows.hold(12_000, 13_000)])
    assert figures.interaction_time(journal) is None
    assert figures.ivr_time(journal) == 5_000
    assert figures.sla_time(journal, stay) == 5_000
    assert figures.conversation_time(journal) is None
    assert figures.talk_time(journal) is None
    assert figures.customer_hold_times(journal) == [1_000]
    assert figures.agent_conversation_time(part) is None
    assert figures.agent_handle_time(part) is None
    assert figures.segment_time(journal, journal.segments[0]) is None


def test_without_a_queue_the_menu_lasts_until_the_caller_leaves() -> None:
    """X-29."""
    left = rows.segment(7_250, "customer-disconnect")
    journal = Journal(rows.interaction(7_250, 7_250, "flow"), [left])
    assert figures.ivr_time(journal) == 7_250
    assert figures.ivr_abandoned(journal)
    assert figures.ivr_abandon_time(journal) == figures.customer_abandon_time(journal) == 7_250
    assert figures.segment_cancel_time(journal, left) == 7_250


def test_what_an_agent_placed_never_was_in_the_menu() -> None:
    part = rows.taken(None, 0, 0, None, 30_000, 31_000)
    journal = Journal(rows.interaction(31_000), [rows.segment(30_000, "success")], [], [part])
    assert figures.ivr_time(journal) is None
    assert figures.conversation_time(journal) is None
    assert figures.answer_time(part, Outcome.ACCEPTED) is None
    assert figures.agent_wrap_up_time(part) == 1_000


def test_whoever_did_not_answer_an_agents_call_has_not_left_it() -> None:
    part = rows.taken(None, 0, 0, None, 30_000)
    one = rows.interaction(30_000, left=30_000, left_from="talk")
    one.direction = Direction.AGENT_INITIATED
    journal = Journal(one, [rows.segment(30_000, "success")], [], [part])
    assert figures.customer_abandon_time(journal) is None
    one.direction = Direction.INBOUND
    assert figures.customer_abandon_time(journal) == 30_000


def test_what_was_only_recorded_has_its_length_and_nothing_else() -> None:
    journal = Journal(rows.interaction(240_000))
    assert figures.interaction_time(journal) == 240_000
    assert figures.ivr_time(journal) is None
    assert figures.customer_abandon_time(journal) is None
    assert figures.conversation_time(journal) is None
    assert figures.customer_transfers(journal) is None


def test_two_agents_at_once_are_one_conversation() -> None:
    """Overlapping stretches count once, and so do overlapping holds (cxengage 7.4)."""
    stay = rows.entry(0, 1_000, "success")
    first = rows.taken(stay, 0, 1_000, 2_000, 50_000, 80_000)
    second = rows.taken(None, 40_000, 41_000, 42_000, 70_000, 70_000)
    holds = [rows.hold(10_000, 20_000), rows.hold(35_000, 42_000, HoldKind.TRANSFER)]
    journal = Journal(rows.interaction(80_000), [rows.segment(50_000, "success")], [stay], [first, second], holds)
    assert figures.conversation_time(journal) == 68_000
    assert figures.customer_hold_time(journal) == 17_000
    assert figures.talk_time(journal) == 51_000
    assert [span.length for span in figures.talk(journal)] == [8_000, 15_000, 28_000]
    assert figures.agent_initiated_hold_time(journal) == 10_000
    assert figures.agent_hold_time(journal, first) == 17_000
    assert figures.agent_hold_time(journal, second) is None
    assert figures.agent_talk_time(journal, second) == 28_000
    assert figures.agent_handle_time(first) == 78_000


def test_a_hold_of_another_agent_is_not_the_customers() -> None:
    part = rows.taken(None, 0, 0, 0, 50_000, 50_000)
    holds = [rows.hold(10_000, 20_000, HoldKind.AGENT)]
    journal = Journal(rows.interaction(50_000), [rows.segment(50_000, "success")], [], [part], holds)
    assert figures.customer_holds(journal) == []
    assert figures.customer_hold_time(journal) is None
    assert figures.talk_time(journal) == 50_000


def test_leaving_out_of_a_hold_is_an_abandon() -> None:
    part = rows.taken(None, 0, 0, 1_000, 30_000, 30_000)
    journal = Journal(
        rows.interaction(30_000, 30_000, "hold"),
        [rows.segment(30_000, "success")],
        [],
        [part],
        [rows.hold(20_000, 30_000)],
    )
    assert figures.hold_abandoned(journal)
    assert figures.customer_abandon_time(journal) == 30_000


def test_leaving_after_a_talk_is_none() -> None:
    part = rows.taken(None, 0, 0, 1_000, 30_000, 30_000)
    journal = Journal(rows.interaction(30_000, 30_000, "talk"), [rows.segment(30_000, "success")], [], [part])
    assert figures.customer_abandon_time(journal) is None


def test_asking_to_be_called_back_is_no_abandon() -> None:
    stay = rows.entry(1_000, 30_000, "callback")
    leg = rows.segment(30_000, "customer-disconnect")
    journal = Journal(rows.interaction(30_000, 30_000, "queue"), [leg], [stay])
    assert figures.customer_abandon_time(journal) is None
    assert figures.queue_abandon_time(stay) is None


@pytest.mark.parametrize("way_out", ["timeout", "callback", "add-participant-cancel", "interaction-end"])
def test_other_ways_out_of_a_queue_have_no_service_level_time(way_out: str) -> None:
    """X-42."""
    stay = rows.entry(0, 5_000, way_out)
    journal = Journal(rows.interaction(9_000), [rows.segment(9_000, "interaction-end")], [stay])
    assert figures.queue_time(stay) == 5_000
    assert figures.sla_time(journal, stay) is None
    assert figures.queue_abandon_time(stay) is None
    assert not figures.sla_abandoned(stay)


@pytest.mark.parametrize(
    ("kind", "threshold", "waited", "counts"),
    [
        ("ignore-abandons", 20, 20_000, False),  # at the threshold is short
        ("ignore-abandons", 20, 20_001, True),
        ("ignore-abandons", 60, 20_001, False),
        ("count-against-sla", 20, 1, True),
    ],
)
def test_an_abandon_counts_by_the_rule_of_its_stay(kind: str, threshold: int, waited: int, counts: bool) -> None:
    assert figures.sla_abandoned(rows.entry(0, waited, "abandon", rows.sla(kind, threshold))) is counts


@pytest.mark.parametrize(("waited", "counts"), [(20_000, False), (20_001, True)])
def test_a_queue_without_a_rule_has_the_usual_one(waited: int, counts: bool) -> None:
    assert figures.sla_abandoned(rows.entry(0, waited, "abandon")) is counts


def test_work_aimed_at_one_agent_is_outside_the_service_level() -> None:
    assert not figures.sla_abandoned(rows.entry(0, 60_000, "abandon", queue=None))


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (Outcome.REJECTED, None),
        (Outcome.TIMED_OUT, None),
        (Outcome.CANCELLED, CancelCause.CUSTOMER_LEFT),
        (Outcome.CANCELLED, CancelCause.AGENT_LOST),
    ],
)
def test_a_finished_offer_has_exactly_one_answer_time(outcome: Outcome, cause: CancelCause | None) -> None:
    offer = rows.not_taken(rows.entry(0, None, None), 1_000, 5_800, outcome, cause)
    assert {each: figures.answer_time(offer, each) for each in Outcome} == {
        each: 4_800 if each == outcome else None for each in Outcome
    }
    assert figures.agent_wrap_up_time(offer) is None


def test_only_a_taken_transfer_counts() -> None:
    legs = [
        rows.segment(20_000, "success", to=1),
        rows.segment(30_000, "success", start=10_000, cause="transfer", to=2),
        rows.segment(25_000, "cancelled", start=21_000, cause="queue"),
        rows.segment(40_000, "success", start=30_000, cause="add", to=3),
    ]
    journal = Journal(rows.interaction(40_000), legs)
    assert figures.customer_transfers(journal) == 1
    assert figures.segment_time(journal, legs[1]) == 30_000
    assert figures.segment_cancel_time(journal, legs[1]) is None
    assert figures.segment_cancel_time(journal, legs[2]) == 25_000
