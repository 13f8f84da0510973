"""Erlang C: what theory says of calls that arrive at random, wait without giving up and take what they take.

After A. K. Erlang, 1917: Poisson arrivals, exponential service, one queue, first come first served (M/M/c).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

_EXACT = 1e-17  # of a sum: below what a float tells apart


@dataclass(frozen=True)
class Centre:
    """So many agents, so many calls a second, seconds that a call takes on average. Raises ValueError if overloaded."""

    agents: int
    calls_per_s: float
    service_s: float

    def __post_init__(self) -> None:
        if not (self.agents > 0 and self.calls_per_s > 0 and self.service_s > 0 and self.load < 1):
            raise ValueError("the queue would grow for ever: more agents, or fewer or shorter calls")

    @property
    def erlangs(self) -> float:
        """Calls under way on average."""
        return self.calls_per_s * self.service_s

    @property
    def load(self) -> float:
        """Part of their time that agents talk: their occupancy."""
        return self.erlangs / self.agents

    @cached_property
    def waits(self) -> float:
        """Probability that a call waits at all. By way of Erlang B, which neither overflows nor cancels out.

        One over it is 1 + n/a + n(n-1)/a² + ...: only terms near the largest count, some square roots of n.
        """
        total = term = 1.0
        for free in range(self.agents, 0, -1):
            term *= free / self.erlangs
            total += term
            if term < total * _EXACT or math.isinf(total):
                break
        blocked = 1 / total
        return blocked / (1 - self.load * (1 - blocked))

    @property
    def mean_wait_s(self) -> float:
        """Seconds, over all calls, those that do not wait as well."""
        return self.waits * self.service_s / (self.agents - self.erlangs)

    def service_level(self, within_s: float) -> float:
        """Part of the calls that are answered within so many seconds."""
        return 1 - self.waits * math.exp(-(self.agents - self.erlangs) * within_s / self.service_s)


def fewest_for(
    calls_per_s: float, service_s: float, *, within_s: float, goal: float, most_occupied: float = 1.0
) -> Centre:
    """The smallest staff that answers the part `goal` (below 1) of the calls within so many seconds, and is occupied
    no more than `most_occupied`. More agents are never worse, so the smallest is found by halving."""

    def suffices(agents: int) -> bool:
        centre = Centre(agents, calls_per_s, service_s)
        occupied = centre.load
        return (occupied <= most_occupied or math.isclose(occupied, most_occupied)) and (
            centre.service_level(within_s) >= goal
        )

    return Centre(_least(suffices, math.floor(calls_per_s * service_s) + 1), calls_per_s, service_s)


def around(centre: Centre, many: int) -> list[Centre]:
    """The same calls with up to so many agents fewer and more, as far as they keep up."""
    fewest = max(centre.agents - many, math.floor(centre.erlangs) + 1)
    return [Centre(agents, centre.calls_per_s, centre.service_s) for agents in range(fewest, centre.agents + many + 1)]


def _least(suffices: Callable[[int], bool], first: int) -> int:
    """The least number from `first` on that suffices, where every greater one does, too."""
    many = 1
    while not suffices(first + many - 1):
        many *= 2
    low, high = first + many // 2, first + many - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle + 1, high)
    return low
