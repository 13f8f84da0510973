"""The board's queues: who waits, how the day went, and who is there for it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext

from apps.common.display import day
from apps.common.words import later as _
from apps.queues import rulebook
from apps.queues.models import Queue, QueueMember
from apps.reporting.statistics.evaluating import table
from apps.supervision.board.asked import STATES, Asked, Order
from apps.supervision.board.figures import Cell, Figures, Moment
from apps.supervision.board.limits import WARN, Level, Limits, QueueLimits
from apps.supervision.board.seen import queues_of

NAMES = (
    "service-level",
    "queue-length",
    "longest-wait-time",
    "time-to-answer",
    "calls-answered-count",
    "queue-abandons-count",
    "abandon-rate",
)
COLUMNS: Mapping[str, str] = {
    "name": _("Queue"),
    "service": _("Service level"),
    "waiting": _("Waiting"),
    "longest": _("Longest wait"),
    "speed": _("Answer speed"),
    "answered": _("Answered"),
    "abandoned": _("Abandoned"),
    "ready": _("Ready"),
    "busy": _("On contact"),
    "away": _("Not ready"),
}


_DAY: Mapping[str, tuple[str, str]] = {
    "offered": ("queue-interactions-count", _("Offered")),
    "answered": ("calls-answered-count", _("Answered")),
    "rate": ("calls-answered-percent", _("Answer rate")),
    "speed": ("time-to-answer", _("Answer speed")),
    "wait": ("queue-time", _("Average wait")),
    "abandoned": ("queue-abandons-count", _("Abandoned")),
    "gave_up": ("queue-abandon-time", _("Time to abandon")),
    "satisfaction": ("customer-satisfaction-score", _("Satisfaction")),
}
DAY_COLUMNS: Mapping[str, str] = {
    "name": _("Queue"),
    "service": _("Service level"),
    **{column: label for column, (_name, label) in _DAY.items()},
}
_OF_SERVICE = {"bad": _("Below target"), "warn": _("Close to target")}
_OF_ALL = {"bad": _("Needs a look"), "warn": _("Nobody is ready")}


@dataclass(frozen=True)
class QueueRow:
    queue: Queue
    closed: str
    target: int
    toggle: str  # the address of the board with this queue open, or closed again
    cells: Mapping[str, Cell]  # by column

    @property
    def key(self) -> int:
        return self.queue.pk

    @property
    def label(self) -> str:
        return self.queue.name

    @property
    def worst(self) -> Level:
        return max((cell.level for cell in self.cells.values()), key=lambda level: level.rank)

    @property
    def level(self) -> str:
        return self.worst.level

    @property
    def rank(self) -> int:
        return self.worst.rank

    @property
    def word(self) -> str:
        """What the wall says of it."""
        if self.closed:
            return str(capfirst(self.closed))
        if self.cells["longest"].level.level:
            return gettext("Longest wait {says}").format(says=self.cells["longest"].level.says)
        if service := _OF_SERVICE.get(self.cells["service"].level.level):
            return service
        return _OF_ALL.get(self.level) or gettext("On target")

    def __getitem__(self, column: str) -> Cell:
        return self.cells[column]


def queue_rows(asked: Asked, moment: Moment, limits: Limits, states: Mapping[int, str]) -> list[QueueRow]:
    """In the order asked for. `states`: ready, busy or away of each agent who is signed in.

    Two queries besides the statistics' own.
    """
    where = asked.of_queues
    names = {*NAMES, *(name for name, _label in _DAY.values())} if asked.is_today else NAMES
    found = table(names, moment.day, by=["queue"], where=where, at=moment.at)
    lines = {line.of["queue"]: line.figures for line in found}
    there = _there(asked, states)
    queues = queues_of(asked.user).select_related("sla").filter(pk__in=asked.queue_keys).order_by("name", "pk")
    rows = []
    for queue in queues:
        own = replace(where, queues=frozenset({queue.pk}))
        figures = Figures(lines.get(queue.pk, {}), moment.day, own, asked.user)
        cells = _figures(figures, limits.of(queue), moment.at) | _people(there[queue.pk], queue, figures, asked)
        if asked.is_today:
            cells = {column: figures.cell(name) for column, (name, _label) in _DAY.items()} | cells
        toggle = asked.but(open=None if asked.open == queue.pk else queue.pk)
        rows.append(QueueRow(queue, _closed(queue, moment.at), limits.of(queue).target, toggle, cells))
    return _sorted(rows, asked.queues)


def _there(asked: Asked, states: Mapping[int, str]) -> "defaultdict[int, Counter[str]]":
    """How many of each queue's members are ready, busy and away."""
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    members = QueueMember.objects.filter(queue__in=asked.queue_keys, agent__in=states)
    for queue, agent in members.values_list("queue", "agent"):
        found[queue][states[agent]] += 1
    return found


def _figures(figures: Figures, held_to: QueueLimits, at: datetime) -> dict[str, Cell]:
    waited, waiting = figures.value("longest-wait-time"), figures.value("queue-length")
    since = at - timedelta(milliseconds=waited) if waiting and waited is not None else None
    level = held_to.service_level(figures.value("service-level"))
    return {
        "service": figures.cell("service-level", level, level.says),
        "waiting": figures.cell("queue-length", held_to.length(waiting)),
        "longest": figures.running("longest-wait-time", since, held_to.wait(since, at)),
        "speed": figures.cell("time-to-answer"),
        "answered": figures.cell("calls-answered-count"),
        "abandoned": figures.cell("queue-abandons-count", note=figures.cell("abandon-rate").text),
    }


def _people(there: "Counter[str]", queue: Queue, figures: Figures, asked: Asked) -> dict[str, Cell]:
    """Members who are signed in; nobody ready while somebody waits is worth a look."""
    level = Level(WARN, gettext("nobody")) if figures.value("queue-length") and not there["ready"] else Level()
    found = {}
    for state in STATES:
        address = f"{asked.but(queue=queue.pk, team=None, state=state, open=None)}#agents"
        found[state] = Cell(str(there[state]), there[state], address, level if state == "ready" else Level())
    return found


def _closed(queue: Queue, at: datetime) -> str:
    if not rulebook.is_closed(queue, at):
        return ""
    opens = rulebook.current().queue_weeks[queue.pk].next_change(at)
    return gettext("closed until {day}").format(day=day(opens)) if opens else gettext("closed")


def _sorted(rows: Sequence[QueueRow], order: Order) -> list[QueueRow]:
    """Equal ones by name. What has no number comes last, whichever way round."""
    if order.name == "name":
        return list(reversed(rows)) if order.descending else list(rows)
    if not rows or order.name not in rows[0].cells:
        return sorted(rows, key=lambda row: (-row.rank, -(row["longest"].value or 0)))
    known = [row for row in rows if row[order.name].value is not None]
    known.sort(key=lambda row: row[order.name].value or 0, reverse=order.descending)
    return known + [row for row in rows if row[order.name].value is None]
