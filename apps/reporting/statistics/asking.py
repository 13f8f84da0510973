"""What is asked for: which statistics, of whom, told apart by what."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from apps.agents.models import Agent
from apps.reporting.statistics.catalogue import STATISTICS
from apps.reporting.statistics.definition import Statistic
from apps.reporting.statistics.measures import AGENT, CHANNEL, DIMENSIONS, DIRECTION, QUEUE

TIMES = ("quarter", "day", "week", "month")  # calendar ones are the tenant's


class UnknownStatistic(LookupError):
    """There is no statistic of this name."""


class DoesNotApply(ValueError):
    """This statistic is not known by that dimension."""

    def __init__(self, statistic: str, dimension: str) -> None:
        super().__init__(f"{statistic} is not known by {dimension}")
        self.statistic, self.dimension = statistic, dimension


@dataclass(frozen=True)
class Where:
    """Rows of these queues, agents (keys), channels and directions (our values) alone; None: of all."""

    queues: frozenset[int] | None = None
    agents: frozenset[int] | None = None
    channels: frozenset[str] | None = None
    directions: frozenset[str] | None = None

    @property
    def only(self) -> "Mapping[str, frozenset[Any]]":
        """What is narrowed, by dimension."""
        given = {QUEUE: self.queues, AGENT: self.agents, CHANNEL: self.channels, DIRECTION: self.directions}
        return {dimension: values for dimension, values in given.items() if values is not None}

    def among(self, agents: Collection[int]) -> "Where":
        """Of these agents, as well as what is asked for already. For teams and skills: see `agents_who`."""
        kept = frozenset(agents)
        return replace(self, agents=kept if self.agents is None else kept & self.agents)


def agents_who(*, teams: Collection[int] = (), skills: Collection[int] = ()) -> frozenset[int]:
    """Agents who are now in one of these teams, and hold one of these skills, as far as any are given. One query."""
    found = Agent.objects.all()
    found = found.filter(team__in=teams) if teams else found
    found = found.filter(skills__in=skills) if skills else found
    return frozenset(found.values_list("pk", flat=True))


@dataclass(frozen=True)
class Ask:
    """One statistic of a batch. Raises UnknownStatistic, or DoesNotApply for a narrowing it does not know."""

    name: str
    where: Where = field(default_factory=Where)

    def __post_init__(self) -> None:
        for dimension in self.where.only:
            self.require(dimension)

    @property
    def statistic(self) -> Statistic:
        return statistic(self.name)

    def require(self, dimension: str) -> None:
        if dimension not in self.statistic.dimensions:
            raise DoesNotApply(self.name, dimension)


def statistic(name: str) -> Statistic:
    """Raises UnknownStatistic."""
    try:
        return STATISTICS[name]
    except KeyError:
        raise UnknownStatistic(name) from None


def checked(asks: "Iterable[Ask | str]", by: Iterable[str]) -> "tuple[Ask, ...]":
    """Each known, and known by every dimension that it is to be told apart by."""
    found = tuple(each if isinstance(each, Ask) else Ask(each) for each in asks)
    for each in found:
        _ = each.statistic
        for dimension in by:
            if dimension in DIMENSIONS:
                each.require(dimension)
            elif dimension not in TIMES or each.statistic.is_now:
                raise DoesNotApply(each.name, dimension)
    return found
