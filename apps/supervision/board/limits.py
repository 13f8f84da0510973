"""From when a figure is amber (`warn`) or red (`bad`), always with the words that say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from apps.common.display import span
from apps.queues.models import Queue, Threshold
from apps.reporting.figures import DEFAULT_THRESHOLD

WARN, BAD = "warn", "bad"
DEFAULT_TARGET = 80
BELOW_TARGET = 10  # points, from which it is red
SHORTEST_LIMIT_S = 120
WRAP_UP_S, AWAY_S, STUCK_S = 300, 1800, 900
CLOSE = 0.75  # of a limit, from which it is amber


@dataclass(frozen=True)
class Level:
    """`due`: when the clock alone makes it worse."""

    level: str = ""
    says: str = ""
    due: datetime | None = None

    @property
    def rank(self) -> int:
        return {BAD: 2, WARN: 1}.get(self.level, 0)


@dataclass(frozen=True)
class QueueLimits:
    """What one queue is held to."""

    target: int
    near: int
    below: int
    rule: str  # such as 80/20 s
    longest_wait: timedelta
    waiting: int | None

    def service_level(self, percent: float | None) -> Level:
        if percent is None:
            return Level(says=self.rule)
        if percent < self.below:
            return Level(BAD, gettext("below {below}, {rule}").format(below=self.below, rule=self.rule))
        return (
            Level(WARN, gettext("close, {rule}").format(rule=self.rule))
            if percent < self.near
            else Level(says=self.rule)
        )

    def wait(self, since: datetime | None, at: datetime) -> Level:
        if since is None:
            return Level()
        return _of_time(since, at, self.longest_wait, close=True)

    def length(self, count: int) -> Level:
        if self.waiting is not None and count > self.waiting:
            return Level(BAD, gettext("over {waiting}").format(waiting=self.waiting))
        return Level()


@dataclass(frozen=True)
class Limits:
    """All of them, read once for a board."""

    of_all: Threshold
    of_queues: Mapping[int, Threshold]

    def of(self, queue: Queue) -> QueueLimits:
        own = self.of_queues.get(queue.pk, self.of_all)
        sla = queue.sla
        target = sla.target_percent if sla else DEFAULT_TARGET
        seconds = sla.threshold_s if sla else DEFAULT_THRESHOLD
        near = _first(own.service_level_near, self.of_all.service_level_near, target)
        below = _first(own.service_level_below, self.of_all.service_level_below, max(near - BELOW_TARGET, 0))
        wait = _first(own.longest_wait_s, self.of_all.longest_wait_s, max(seconds, SHORTEST_LIMIT_S))
        waiting = own.waiting if own.waiting is not None else self.of_all.waiting
        return QueueLimits(target, near, below, f"{target}/{_short(seconds)}", timedelta(seconds=wait), waiting)

    def whole(self, percent: float | None) -> Level:
        """The service level of queues with different targets together: held to what holds for all."""
        near = _first(self.of_all.service_level_near, DEFAULT_TARGET)
        below = _first(self.of_all.service_level_below, max(near - BELOW_TARGET, 0))
        if percent is None or percent >= near:
            return Level()
        return (
            Level(BAD, gettext("below {below}").format(below=below))
            if percent < below
            else Level(WARN, gettext("close, below {near}").format(near=near))
        )

    def wrap_up(self, since: datetime, at: datetime) -> Level:
        return _of_time(since, at, timedelta(seconds=_first(self.of_all.wrap_up_s, WRAP_UP_S)))

    def away(self, since: datetime, at: datetime) -> Level:
        return _of_time(since, at, timedelta(seconds=_first(self.of_all.away_s, AWAY_S)))

    @property
    def stuck(self) -> timedelta:
        return timedelta(seconds=_first(self.of_all.stuck_s, STUCK_S))


def limits() -> Limits:
    """As they are set up. One query."""
    rows = {row.queue_id: row for row in Threshold.objects.all()}
    return Limits(rows.pop(None, Threshold()), {key: row for key, row in rows.items() if key})


def _of_time(since: datetime, at: datetime, limit: timedelta, *, close: bool = False) -> Level:
    red, amber = since + limit, since + limit * CLOSE
    if at > red:
        return Level(BAD, gettext("over {span}").format(span=span(limit)))
    if close and at > amber:
        return Level(WARN, gettext("near {span}").format(span=span(limit)), red)
    return Level(due=amber if close else red)


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)


def _short(seconds: int) -> str:
    """`20 s`, `5 min`, `4 h`."""
    for size, word in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {word}"
    return f"{seconds} s"
