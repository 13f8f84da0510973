"""The trial's calls wait in the real routing exactly as long as in an ideal queue."""

import heapq
import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.common import clock
from apps.reporting.erlang import Centre
from apps.simulation.measuring import measure
from apps.simulation.staff import open_centre
from apps.simulation.trial import Trial

CALLS, AGENTS = 120, 4


def ideal_waits(centre: Centre, seed: int) -> list[float]:
    """The same calls where whoever came first is served first by whoever is free first, and nothing takes time."""
    between, lasting = random.Random(f"between {seed}"), random.Random(f"lasting {seed}")
    now, free, waits = 0.0, [0.0] * centre.agents, []
    for _ in range(CALLS):
        now += between.expovariate(centre.calls_per_s)
        begin = max(now, heapq.heappop(free))
        heapq.heappush(free, begin + lasting.expovariate(1 / centre.service_s))
        waits.append(begin - now)
    return waits


@pytest.mark.django_db
def test_every_call_waits_as_long_as_in_an_ideal_queue() -> None:
    centre, at = Centre(AGENTS, 0.9 * AGENTS / 240, 240), clock.now()
    queue, caller = open_centre(AGENTS, within_s=20, at=at)
    trial = Trial(centre, queue, caller, seed=7, begin=at)
    assert list(trial.run(CALLS)) == list(range(1, CALLS + 1))
    waits = trial.waits()
    expected = ideal_waits(centre, 7)
    assert sum(wait > 0 for wait in expected) > CALLS / 4
    assert waits == pytest.approx(expected, abs=0.01)


def test_a_margin_grows_with_what_the_batches_differ_by() -> None:
    same, uneven = measure([1.0] * 200, float), measure([0.0] * 110 + [2.0] * 90, float)
    assert (same.mean, same.margin) == (1.0, 0.0)
    assert same.agrees_with(1.0)
    assert not same.agrees_with(1.01)
    assert uneven.agrees_with(1.0)


def test_the_plan_needs_no_simulation() -> None:
    shown = StringIO()
    call_command("simulate", calls=0, agents=None, calls_per_hour=255.0, stdout=shown)
    assert "> 21" in shown.getvalue()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"agents": 5, "calls_per_hour": 100.0}, "for ever"),
        ({"load": 1.5}, "for ever"),
        ({"agents": 0}, "agents"),
        ({"calls_per_hour": 0.0}, "busy"),
        ({"calls_per_hour": float("inf")}, "busy"),
        ({"calls": 100}, "too few"),
        ({"goal": 100.0}, "percentage"),
        ({"service": 0.0}, "negative"),
        ({"speed": 0.0}, "forward"),
    ],
)
def test_a_centre_that_cannot_be_is_refused_in_words(options: dict[str, object], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("simulate", **options)
