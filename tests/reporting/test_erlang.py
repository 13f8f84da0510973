"""The formula, against values that are known or reckoned another way."""

import math
from fractions import Fraction

import pytest

from apps.reporting.erlang import Centre, around, fewest_for

_LASTING_S = 180.0


def of(erlangs: float, agents: int) -> Centre:
    return Centre(agents, erlangs / _LASTING_S, _LASTING_S)


def waits_by_definition(erlangs: Fraction, agents: int) -> Fraction:
    """The textbook's sum, in fractions: exact, however large."""
    waiting = erlangs**agents / math.factorial(agents) * agents / (agents - erlangs)
    return waiting / (sum(erlangs**busy / Fraction(math.factorial(busy)) for busy in range(agents)) + waiting)


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


def test_as_printed_tables_have_it() -> None:
    """The example that calculators show: 100 calls in half an hour of three minutes, 80 % within 20 s."""
    assert of(10, 14).waits == pytest.approx(0.1741, abs=5e-5)
    assert of(10, 14).service_level(20) == pytest.approx(0.888, abs=5e-4)
    assert of(10, 14).mean_wait_s == pytest.approx(7.8, abs=0.05)
    assert of(10, 13).service_level(20) == pytest.approx(0.796, abs=5e-4)
    assert fewest_for(100 / 1800, 180, within_s=20, goal=0.8).agents == 14


@pytest.mark.parametrize(
    ("erlangs", "agents"), [("1/4", 1), ("1/4", 40), ("10", 11), ("10", 14), ("39/2", 20), ("100", 105), ("700", 701)]
)
def test_it_is_the_textbooks_sum(erlangs: str, agents: int) -> None:
    exact = waits_by_definition(Fraction(erlangs), agents)
    assert of(float(Fraction(erlangs)), agents).waits == pytest.approx(float(exact), rel=1e-12)


def test_a_large_centre_does_not_overflow() -> None:
    """A million calls an hour. At that size a staff of a + b√a makes waiting as likely as Halfin and Whitt say."""
    assert 0 < Centre(5000, 4950 / 300, 300).waits < 1
    erlangs, beta = 4e6, 0.5
    found = of(erlangs, round(erlangs + beta * math.sqrt(erlangs))).waits
    normal = math.exp(-beta * beta / 2) / math.sqrt(2 * math.pi)
    assert found == pytest.approx(1 / (1 + beta * 0.5 * math.erfc(-beta / math.sqrt(2)) / normal), rel=1e-3)
    assert of(1, 10**7).waits == 0


def test_the_fewest_agents_that_reach_the_goal() -> None:
    found = fewest_for(0.0708, 240, within_s=20, goal=0.8)
    before = Centre(found.agents - 1, 0.0708, 240)
    assert before.service_level(20) < 0.8 <= found.service_level(20)


@pytest.mark.parametrize("erlangs", [0.01, 0.85, 1.7, 8.5, 85, 850, 12_345.6])
@pytest.mark.parametrize("goal", [0.01, 0.8, 0.99])
@pytest.mark.parametrize("most_occupied", [0.5, 0.85, 1.0])
def test_one_fewer_would_miss_goal_or_occupancy(erlangs: float, goal: float, most_occupied: float) -> None:
    def suffices(centre: Centre) -> bool:
        return centre.service_level(20) >= goal and centre.load <= most_occupied + 1e-9

    calls = erlangs / _LASTING_S
    found = fewest_for(calls, _LASTING_S, within_s=20, goal=goal, most_occupied=most_occupied)
    assert suffices(found)
    assert found.agents - 1 <= erlangs or not suffices(of(erlangs, found.agents - 1))


def test_ten_agents_are_occupied_eighty_five_per_cent_by_eight_and_a_half_erlangs() -> None:
    """To the last digit, which a float does not quite hold."""
    assert fewest_for(8.5 / 180, 180, within_s=86_400, goal=0.01, most_occupied=0.85).agents == 10


def test_around_are_those_that_keep_up() -> None:
    assert [each.agents for each in around(of(10, 12), 3)] == [11, 12, 13, 14, 15]
    assert [each.agents for each in around(of(0.5, 1), 1)] == [1, 2]


def test_fewer_agents_than_calls_are_no_centre() -> None:
    with pytest.raises(ValueError, match="for ever"):
        Centre(17, 17 / 240, 240)
    assert fewest_for(17 / 240, 240, within_s=10**6, goal=0.01).agents == 18
