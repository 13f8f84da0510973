"""The formula, against values that are known or easily reckoned by hand."""

import pytest

from apps.simulation.erlang import Centre, fewest_for, staffed


def test_one_agent_is_the_simplest_queue() -> None:
    """With one agent a call waits as often as the agent is busy, and on average load / (1 - load) calls long."""
    centre = Centre(1, 0.005, 100)
    assert centre.waits == pytest.approx(0.5)
    assert centre.mean_wait_s == pytest.approx(100)


def test_two_agents_by_hand() -> None:
    centre = Centre(2, 0.01, 100)
    assert centre.erlangs == pytest.approx(1)
    assert centre.waits == pytest.approx(1 / 3)
    assert centre.mean_wait_s == pytest.approx(100 / 3)
    assert centre.service_level(0) == pytest.approx(2 / 3)


def test_a_large_centre_does_not_overflow() -> None:
    assert 0 < Centre(5000, 4950 / 300, 300).waits < 1


def test_the_fewest_agents_that_reach_the_goal() -> None:
    found = fewest_for(0.0708, 240, within_s=20, goal=0.8)
    before = Centre(found.agents - 1, 0.0708, 240)
    assert before.service_level(20) < 0.8 <= found.service_level(20)


def test_fewer_agents_than_calls_are_no_centre() -> None:
    with pytest.raises(ValueError, match="for ever"):
        Centre(17, 17 / 240, 240)
    assert next(staffed(17 / 240, 240)).agents == 18
