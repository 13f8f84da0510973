"""Erlang C: what theory says of calls that arrive at random, wait without giving up and take what they take.

After A. K. Erlang, 1917: Poisson arrivals, exponential service, one queue, first come first served (M/M/c).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count


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

    @property
    def waits(self) -> float:
        """Probability that a call waits at all. By way of Erlang B, which does not overflow."""
        blocked = 1.0
        for agents in range(1, self.agents + 1):
            blocked = self.erlangs * blocked / (agents + self.erlangs * blocked)
        return blocked / (1 - self.load * (1 - blocked))

    @property
    def mean_wait_s(self) -> float:
        """Seconds, over all calls, those that do not wait as well."""
        return self.waits * self.service_s / (self.agents - self.erlangs)

    def service_level(self, within_s: float) -> float:
        """Part of the calls that are answered within so many seconds."""
        return 1 - self.waits * math.exp(-(self.agents - self.erlangs) * within_s / self.service_s)


def staffed(calls_per_s: float, service_s: float) -> Iterator[Centre]:
    """The same calls with ever more agents, from the fewest that keep up."""
    return (Centre(agents, calls_per_s, service_s) for agents in count(math.floor(calls_per_s * service_s) + 1))


def fewest_for(calls_per_s: float, service_s: float, *, within_s: float, goal: float) -> Centre:
    """The smallest staff that answers the part `goal` (below 1) of the calls within so many seconds."""
    return next(centre for centre in staffed(calls_per_s, service_s) if centre.service_level(within_s) >= goal)
