"""How the service level went today, as small pictures for the wall."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.reporting.statistics.evaluating import table
from apps.supervision.board.asked import Asked
from apps.supervision.board.figures import Moment

WIDTH, HEIGHT = 88, 24  # of the picture's own units
_TOP, _ROOM = 2, 20  # a hundred per cent, and from there down to none


@dataclass(frozen=True)
class Trend:
    """Per cent of the quarter hours in which somebody was answered or gave up."""

    levels: Sequence[float]

    @property
    def points(self) -> str:
        step = WIDTH / max(len(self.levels) - 1, 1)
        return " ".join(f"{number * step:.1f},{height(level)}" for number, level in enumerate(self.levels))

    @property
    def says(self) -> str:
        return f"Service level of each quarter hour today: {self.levels[0]:.0f} to {self.levels[-1]:.0f} %"


def height(percent: float) -> str:
    return f"{_TOP + _ROOM * (100 - percent) / 100:.1f}"


def trends(asked: Asked, moment: Moment) -> Mapping[int, Trend]:
    """By queue; only where there are two points at least."""
    found: defaultdict[int, list[float]] = defaultdict(list)
    by = ["queue", "quarter"]
    for line in table(["service-level"], moment.day, by=by, where=asked.of_queues, at=moment.at):
        level = line.figures["service-level"]["percent"]
        if level is not None and line.of["queue"]:
            found[line.of["queue"]].append(level)
    return {queue: Trend(levels) for queue, levels in found.items() if len(levels) > 1}
