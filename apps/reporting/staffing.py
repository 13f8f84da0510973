"""How many agents a queue needs at each time of the week: what came in the weeks before, as one week, and Erlang C."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from apps.queues.models import Queue, QueueMember
from apps.reporting.erlang import Centre, fewest_for
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.evaluating import table
from apps.reporting.statistics.measures import AGENT, QUEUE
from apps.reporting.windows import QUARTER, Window, quarters

_CAME = {"queue-interactions-count": "count", "calls-answered-in-sla-count": "count"}
_CAME |= {"service-level-contacts-count": "count"}
_HANDLED = {"resource-handled-count": "count", "resource-handle-time": "total"}
_READY = {"resource-idle-time": "total", "resource-busy-time": "total"}

Sums = Counter[str]  # of measures, by statistic's name


@dataclass(frozen=True)
class Goal:
    """What staff is measured by, in per cent: answered within so many seconds; of their time at work at the most;
    of the time they are paid for, away (breaks, training, absence)."""

    percent: int
    within_s: int
    occupancy: int
    shrinkage: int

    def fewest(self, calls_per_s: float, service_s: float) -> Centre:
        return fewest_for(
            calls_per_s,
            service_s,
            within_s=self.within_s,
            goal=self.percent / 100,
            most_occupied=self.occupancy / 100,
        )

    def is_reached(self, centre: Centre) -> bool:
        return centre.agents >= self.fewest(centre.calls_per_s, centre.service_s).agents

    def on_roster(self, agents: int) -> int:
        """How many must be on the roster so that so many are at work."""
        return -(-agents * 100 // (100 - self.shrinkage))


@dataclass(frozen=True)
class Interval:
    """What is usual at one time of the week: means over the days that are counted."""

    weekday: int  # from 1, Monday
    minute: int  # of the day
    offered: float
    handle_s: float  # 0 where nothing was handled at any time
    load: float  # erlangs
    measured: float | None  # service level, per cent
    ready: float  # agents
    centre: Centre | None  # the fewest that reach the goal; None where there is nothing to do

    @property
    def needed(self) -> int:
        return self.centre.agents if self.centre else 0


@dataclass(frozen=True)
class Usual:
    """A usual week. `days`: how many of each weekday are counted."""

    intervals: Sequence[Interval]
    days: Mapping[int, int]


def usual_week(
    queue: Queue, channel: str, window: Window, zone: ZoneInfo, *, minutes: int, goal: Goal, bounds: Bounds
) -> Usual:
    """As far as the bounds go, on the clock of `zone`, in a fixed number of queries.

    A day on which nothing was offered (a holiday, or before the queue was there) is counted for nothing: it would make
    the others look quieter than they are. Where nothing was handled at some time, the mean of all is taken.
    """
    found = _sums(queue, channel, window, bounds)
    local = {quarter.start: quarter.start.astimezone(zone) for quarter in quarters(window)}
    open_days = {local[at].date() for at, sums in found.items() if at in local and sums["queue-interactions-count"]}
    slots: dict[tuple[int, int], Sums] = defaultdict(Counter)
    for at, here in local.items():
        if here.date() in open_days:
            minute = (here.hour * 60 + here.minute) // minutes * minutes
            slots[here.isoweekday(), minute].update(found.get(at, {}), quarters=1)
    whole: Sums = sum(slots.values(), Counter())
    usual = _handle_s(whole) or 0.0
    intervals = [_interval(*slot, sums, usual, minutes, goal) for slot, sums in sorted(slots.items())]
    return Usual(intervals, Counter(day.isoweekday() for day in open_days))


def _sums(queue: Queue, channel: str, window: Window, bounds: Bounds) -> dict[datetime, Sums]:
    """By quarter hour."""
    of_queue = Where(queues=frozenset({queue.pk}), channels=frozenset({channel}) if channel else None)
    members = QueueMember.objects.filter(queue=queue).values_list("agent", flat=True)
    asked = (
        (_CAME, bounds.narrow(of_queue, (QUEUE,))),
        (_HANDLED, bounds.narrow(of_queue, (QUEUE, AGENT))),
        (_READY, bounds.narrow(Where(agents=frozenset(members)), (AGENT,))),
    )
    found: dict[datetime, Sums] = defaultdict(Counter)
    for names, where in asked:
        for line in table(names, window, by=["quarter"], where=where):
            found[line.of["quarter"]].update({name: int(line.figures[name][key] or 0) for name, key in names.items()})
    return found


def _interval(weekday: int, minute: int, sums: Sums, usual_s: float, minutes: int, goal: Goal) -> Interval:
    seconds = sums["quarters"] * QUARTER.total_seconds()
    a_second = sums["queue-interactions-count"] / seconds
    handle_s = _handle_s(sums) or usual_s
    counted = sums["service-level-contacts-count"]
    return Interval(
        weekday,
        minute,
        a_second * minutes * 60,
        handle_s,
        a_second * handle_s,
        100 * sums["calls-answered-in-sla-count"] / counted if counted else None,
        sum(sums[name] for name in _READY) / 1000 / seconds,
        goal.fewest(a_second, handle_s) if a_second * handle_s else None,
    )


def _handle_s(sums: Sums) -> float | None:
    many = sums["resource-handled-count"]
    return sums["resource-handle-time"] / many / 1000 if many else None
