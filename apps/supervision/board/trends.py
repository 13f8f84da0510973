"""How the service level went today, and how many waited in the last hour, as small pictures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Func, IntegerField, Q, Value
from django.utils.translation import gettext as _

from apps.common.words import figure
from apps.queues.models import QueueEntry
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
        return _("Service level of each quarter hour today: {levels} to {levels2} %").format(
            levels=figure(self.levels[0], 0), levels2=figure(self.levels[-1], 0)
        )


@dataclass(frozen=True)
class Waiting:
    """How many waited at the end of each five minutes of the last hour."""

    numbers: Sequence[int]

    @property
    def points(self) -> str:
        step, most = WIDTH / max(len(self.numbers) - 1, 1), max(*self.numbers, 1)
        return " ".join(f"{place * step:.1f},{height(100 * each / most)}" for place, each in enumerate(self.numbers))

    @property
    def says(self) -> str:
        told = {"first": self.numbers[0], "last": self.numbers[-1], "most": max(self.numbers)}
        return _("Waiting in the last hour: %(first)s, now %(last)s, at most %(most)s") % told


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


STEPS, STEP = 12, timedelta(minutes=5)


def waiting(asked: Asked, at: datetime, now: int) -> Waiting:
    """Back from the `now` that wait: less who came since, more who left. Two queries over the last hour's rows."""
    came, left = _steps("entered_at", asked, at), _steps("left_at", asked, at)
    numbers = [now]
    for step in range(STEPS):
        numbers.append(max(0, numbers[-1] - came.get(step, 0) + left.get(step, 0)))
    return Waiting(numbers[::-1])


def _steps(moment: str, asked: Asked, at: datetime) -> Mapping[int, int]:
    """How many stays began or ended in each step, the present one first."""
    ago = Func(Value(at) - F(moment), function="extract", template="floor(extract(epoch from %(expressions)s))")
    within = Q(**{f"{moment}__gt": at - STEPS * STEP, f"{moment}__lte": at})
    found = (
        QueueEntry.objects.filter(within, queue__in=asked.queue_keys, interaction__deleted_at=None)
        .filter(asked.of_contacts)
        .order_by()
    )
    seconds = int(STEP.total_seconds())
    step = Func(
        ago, Value(seconds), template="floor(%(expressions)s)::int", arg_joiner=" / ", output_field=IntegerField()
    )
    rows = found.annotate(step=step).values("step").annotate(number=Count("pk"))
    return {row["step"]: row["number"] for row in rows}


def of_day(asked: Asked, moment: Moment) -> Trend | None:
    """The service level of all queues together, by quarter hour; None where there are fewer than two points."""
    lines = table(["service-level"], moment.day, by=["quarter"], where=asked.of_queues, at=moment.at)
    levels = [level for line in lines if (level := line.figures["service-level"]["percent"]) is not None]
    return Trend(levels) if len(levels) > 1 else None
