"""A whole board, in a fixed number of queries whatever it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from apps.agents.models import Channel, Skill
from apps.common import clock
from apps.engagements.models import Direction
from apps.reporting import windows
from apps.reporting.statistics.asking import Ask, statistic
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.catalogue import STATISTICS
from apps.reporting.statistics.definition import Statistic
from apps.reporting.statistics.evaluating import evaluate
from apps.supervision.board import people
from apps.supervision.board.alerts import Alert, alerts, due
from apps.supervision.board.asked import Asked, Order
from apps.supervision.board.figures import Cell, Figures, Moment
from apps.supervision.board.limits import Level, Limits, limits
from apps.supervision.board.people import AgentRow, agent_rows, standing, summary
from apps.supervision.board.queues import COLUMNS, DAY_COLUMNS, QueueRow, queue_rows
from apps.supervision.board.seen import queues_of, teams_of
from apps.supervision.board.trends import Trend, Waiting, height, of_day, trends, waiting
from apps.supervision.board.waiting import WaitingRow, waiting_rows

_OF_QUEUES = (
    "queue-length",
    "longest-wait-time",
    "interactions-in-conversation-count",
    "service-level",
    "queue-abandons-count",
    "abandon-rate",
    "queue-abandon-time",
)
_OF_AGENTS = (
    "resources-logged-in-count",
    "resources-idle-count",
    "resources-busy-count",
    "resources-away-count",
)


_OF_CONTACTS = (
    "active-interactions-count",
    "interactions-in-routing-count",
    "interaction-starts-count",
    "abandons-before-queue-count",
    "interaction-time",
    "customer-satisfaction-score",
)


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    sort: str  # what `aria-sort` says; empty unless the table is in this order
    address: str  # of the board in the order that a click asks for


@dataclass
class Board:
    asked: Asked

    @cached_property
    def moment(self) -> Moment:
        at = clock.now()
        return Moment(at, windows.today(at))

    @cached_property
    def limits(self) -> Limits:
        return limits()

    @cached_property
    def bounds(self) -> Bounds:
        """The page behind a number is bound the same way, so that it shows as many rows."""
        return Bounds.of(self.asked.user)

    @cached_property
    def sessions(self) -> Sequence[Any]:
        return standing(self.asked.agent_keys, self.moment.at)

    @cached_property
    def states(self) -> Mapping[int, str]:
        return {each.agent_id: each.group for each in self.sessions}

    @cached_property
    def queues(self) -> list[QueueRow]:
        return queue_rows(self.asked, self.moment, self.limits, self.states)

    @cached_property
    def agents(self) -> list[AgentRow]:
        return agent_rows(self.asked, self.moment, self.limits, self.sessions)

    @property
    def shown_agents(self) -> list[AgentRow]:
        return self.agents if self.asked.everybody else self.agents[: people.SHOWN]

    @property
    def summary(self) -> Any:
        return summary(self.asked, self.sessions)

    @cached_property
    def alerts(self) -> list[Alert]:
        return alerts(self.asked, self.moment, self.limits, self.queues)

    @cached_property
    def alerts_due(self) -> datetime | None:
        """When the clock alone brings the next."""
        return due(self.asked, self.moment, self.limits)

    @property
    def more_alerts(self) -> int:
        """Beside the one that the wall has room for."""
        return max(len(self.alerts) - 1, 0)

    @cached_property
    def waiting(self) -> list[WaitingRow]:
        """Of the open queue."""
        row = self.open
        if row is None:
            return []
        return waiting_rows(self.asked, row.queue.pk, self.moment, self.limits.of(row.queue))

    @property
    def open(self) -> QueueRow | None:
        return next((row for row in self.queues if row.queue.pk == self.asked.open), None)

    @cached_property
    def figures(self) -> Mapping[str, Cell]:
        """Of the whole board, by the statistics' names."""
        of_all = _OF_CONTACTS if not self.asked.is_of_some else ()
        return {
            **dict.fromkeys(_OF_CONTACTS, Cell(note=gettext("of the whole alone"))),
            **self._figures(_OF_QUEUES, self.asked.of_queues),
            **self._figures(_OF_AGENTS, self.asked.of_agents),
            **self._figures(of_all, self.asked.of_all),
        }

    def _figures(self, names: Sequence[str], where: Any) -> dict[str, Cell]:
        asks = [Ask(name, self.bounds.narrow_for(statistic(name), where)) for name in names]
        found = evaluate(asks, self.moment.day, at=self.moment.at)
        figures = Figures(dict(zip(names, found, strict=True)), self.moment.day, where, self.asked.user)
        cells = {name: figures.cell(name) for name in names}
        if "longest-wait-time" in cells:
            waited, waiting = figures.value("longest-wait-time"), figures.value("queue-length")
            since = self.moment.at - timedelta(milliseconds=waited) if waiting else None
            cells["longest-wait-time"] = figures.running("longest-wait-time", since, self._longest)
            level = self.limits.whole(figures.value("service-level"))
            cells["service-level"] = figures.cell("service-level", level)
        return cells

    @property
    def _longest(self) -> Level:
        """As bad as the worst of the queues."""
        return max((row["longest"].level for row in self.queues), key=lambda level: level.rank, default=Level())

    @property
    def waiting_trend(self) -> Waiting:
        return waiting(self.asked, self.moment.at, int(self.figures["queue-length"].value or 0))

    @property
    def day_trend(self) -> Trend | None:
        return of_day(self.asked, self.moment)

    @property
    def waiting_now(self) -> Cell:
        return self.figures["queue-length"]

    @property
    def ready_now(self) -> Cell:
        return self.figures["resources-idle-count"]

    @property
    def level_now(self) -> Cell:
        return self.figures["service-level"]

    @property
    def tiles(self) -> Sequence[tuple[QueueRow, Trend | None, str]]:
        """Each queue with its day, and how high its target stands in the picture."""
        days = trends(self.asked, self.moment)
        return [(row, days.get(row.queue.pk), height(row.target)) for row in self.queues]

    @property
    def name(self) -> str:
        """What the wall is a board of."""
        chosen = [dict(self.queue_choices).get(self.asked.queue), dict(self.team_choices).get(self.asked.team)]
        return ", ".join(filter(None, chosen)) or gettext("Live board")

    @property
    def service_level(self) -> Statistic:
        return STATISTICS["service-level"]

    @property
    def queue_columns(self) -> list[Column]:
        columns = DAY_COLUMNS if self.asked.is_today else COLUMNS
        return [_column(self.asked, "queues", name, label) for name, label in columns.items()]

    @property
    def agent_columns(self) -> list[Column]:
        columns = people.DAY_COLUMNS if self.asked.is_today else people.COLUMNS
        return [_column(self.asked, "agents", name, label) for name, label in columns.items()]

    @property
    def zone(self) -> str:
        return str(windows.zone())

    @property
    def queue_choices(self) -> Any:
        return queues_of(self.asked.user).order_by("name").values_list("pk", "name")

    @property
    def team_choices(self) -> Any:
        return teams_of(self.asked.user).order_by("name").values_list("pk", "name")

    @property
    def channel_choices(self) -> Any:
        return Channel.choices

    @property
    def direction_choices(self) -> Any:
        return Direction.choices

    @property
    def skill_choices(self) -> Any:
        return Skill.objects.order_by("name").values_list("pk", "name")

    @property
    def views(self) -> Sequence[tuple[str, str, bool]]:
        """Address, label, and whether it is this one."""
        today, plain = self.asked.is_today, Order()
        return [
            (self.asked.but(is_today=False, queues=plain, agents=plain), gettext("Now"), not today),
            (self.asked.but(is_today=True, queues=plain, agents=plain, open=None), gettext("Today"), today),
        ]

    @property
    def without_state(self) -> str:
        return self.asked.but(state="")

    @property
    def worst_queues_first(self) -> str:
        return self.asked.but(queues=Order())

    @property
    def with_everybody(self) -> str:
        return self.asked.but(everybody=True)

    @property
    def wall(self) -> str:
        return self.asked.but(is_wall=True, open=None)

    @property
    def plain(self) -> str:
        return self.asked.but(is_wall=False)


def _column(asked: Asked, table: str, name: str, label: str) -> Column:
    """The first click on a name goes up, on a number down; the next one turns it round, the third forgets it."""
    order: Order = getattr(asked, table)
    first = Order(name, name not in ("name", "state"))
    following = first if order.name != name else Order(name, not first.descending) if order == first else Order()
    sort = "" if order.name != name else "descending" if order.descending else "ascending"
    return Column(name, label, sort, asked.but(**{table: following}))
