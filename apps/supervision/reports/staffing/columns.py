"""What is told of each interval: on the page, with its definition below, and in the file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from apps.common.display import span
from apps.common.words import figure
from apps.common.words import later as _
from apps.exports.columns import Column, Kind
from apps.reporting.staffing import Goal, Interval

Value = float | None
_MINUTE = 60


@dataclass(frozen=True)
class Told:
    column: Column
    definition: str
    of: Callable[[Interval, Goal], Value]
    shown: Callable[[float], str]
    places: int = 2  # in the file

    @property
    def heading(self) -> str:
        """On the page, where each number has its unit."""
        return str(self.column.heading).removesuffix(", s").removesuffix(", %")

    def cell(self, interval: Interval, goal: Goal) -> str:
        value = self.of(interval, goal)
        return "–" if value is None else self.shown(value)


def percent(value: float) -> str:
    return f"{figure(value, 1)} %"


def seconds(value: float) -> str:
    """Waits are short, as long as all is well."""
    return gettext("{seconds} s").format(seconds=figure(value, 1)) if value < _MINUTE else str(span(value))


def tenths(value: float) -> str:
    return figure(value, 1)


def whole(value: float) -> str:
    return figure(value, 0)


def _number(key: str, heading: str) -> Column:
    return Column(key, heading, Kind.NUMBER)


def _level(interval: Interval, goal: Goal) -> Value:
    return 100 * interval.centre.service_level(goal.within_s) if interval.centre else None


NEEDED = Column("agents-needed", _("Agents needed"), Kind.INTEGER)
READY = _number("agents-ready", _("Agents ready"))
COLUMNS: Sequence[Told] = (
    Told(
        _number("offered", _("Offered")),
        _("Contacts offered to the queue in such an interval: the mean of the days that are counted."),
        lambda interval, goal: interval.offered,
        tenths,
    ),
    Told(
        _number("handle-time", _("Handle time, s")),
        _(
            "Talk, holds and wrap-up of each part that ended in such an interval. Where none ended, the mean of all "
            "intervals."
        ),
        lambda interval, goal: interval.handle_s if interval.load else None,
        lambda value: str(span(value)),
    ),
    Told(
        _number("load", _("Load, erlangs")),
        _("Offered times handle time, divided by the interval: how many contacts are under way at once."),
        lambda interval, goal: interval.load,
        lambda value: figure(value, 2),
        places=3,
    ),
    Told(
        NEEDED,
        _(
            "The fewest agents at work with whom the service level is to be expected, and who are not occupied more "
            "than asked."
        ),
        lambda interval, goal: interval.needed,
        whole,
    ),
    Told(
        Column("agents-on-roster", _("Agents on the roster"), Kind.INTEGER),
        _(
            "Agents needed, divided by what shrinkage leaves. Shrinkage is the part of paid time in which somebody is "
            "not at work: breaks, training, holidays, illness. At 30 %, ten on the roster are seven at work."
        ),
        lambda interval, goal: goal.on_roster(interval.needed),
        whole,
    ),
    Told(
        _number("service-level-expected", _("Service level expected, %")),
        _("Part of the contacts that are answered in time, with the agents needed."),
        _level,
        percent,
    ),
    Told(
        _number("wait-expected", _("Mean wait expected, s")),
        _("Over all contacts, those that do not wait as well, with the agents needed."),
        lambda interval, goal: interval.centre.mean_wait_s if interval.centre else None,
        seconds,
    ),
    Told(
        _number("occupancy-expected", _("Occupancy expected, %")),
        _("Part of their time that the agents needed are busy."),
        lambda interval, goal: 100 * interval.centre.load if interval.centre else None,
        percent,
    ),
    Told(
        _number("service-level-measured", _("Service level measured, %")),
        _("What was reached on those days, by the rule that the queue had then, whatever is asked for here."),
        lambda interval, goal: interval.measured,
        percent,
    ),
    Told(
        READY,
        _(
            "How many of the queue's members, as they are now, were ready or had work: the mean of the days that are "
            "counted. Whoever works for several queues counts in each."
        ),
        lambda interval, goal: interval.ready,
        tenths,
    ),
)
