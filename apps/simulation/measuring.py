"""What a run measured, with how sure that is.

Neighbouring calls wait alike, so single calls say little of the error; means of long batches are nearly independent
(the method of batch means, e.g. Law, Simulation Modeling and Analysis, chapter 9).
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BATCHES = 10
CONFIDENCE = 99  # per cent
_STUDENT_T = 3.250  # of 99 per cent, two-sided, with one degree of freedom less than there are batches
WARM_UP = 0.1  # part of the calls that come before the queue has its usual length


@dataclass(frozen=True)
class Measured:
    """A mean, and how far the true one may be from it with the stated confidence."""

    mean: float
    margin: float

    def agrees_with(self, expected: float) -> bool:
        return abs(self.mean - expected) <= self.margin


def measure(waits: Sequence[float], of: Callable[[float], float]) -> Measured:
    """The mean of a figure of each call. Needs some calls for each batch."""
    figures = [of(wait) for wait in waits[int(len(waits) * WARM_UP) :]]
    size = len(figures) // BATCHES
    means = [statistics.fmean(figures[start : start + size]) for start in range(0, size * BATCHES, size)]
    return Measured(statistics.fmean(means), _STUDENT_T * statistics.stdev(means) / math.sqrt(BATCHES))
