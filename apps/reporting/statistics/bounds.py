"""Whose figures somebody may see (M-25): what is asked is narrowed to teams or queues before it is worked out."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.roles import Reach
from apps.agents.reach import agents_within, queues_within
from apps.common.errors import Forbidden
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.definition import About, Statistic
from apps.reporting.statistics.measures import AGENT, QUEUE


@dataclass(frozen=True)
class Bounds:
    """The keys within somebody's reach; None: no limit. Who sees teams is bound by agents, who sees queues by queues,
    and each by the other where a figure is known by that alone."""

    first: str = AGENT
    agents: frozenset[int] | None = None
    queues: frozenset[int] | None = None

    @classmethod
    def of(cls, user: User) -> Self:
        """Two queries; none for whom nothing limits."""
        if user.reach == Reach.ALL:
            return cls()
        agents = frozenset(agents_within(user).values_list("pk", flat=True))
        queues = frozenset(queues_within(user).values_list("pk", flat=True))
        return cls(AGENT if user.reach == Reach.TEAMS else QUEUE, agents, queues)

    def narrow_for(self, statistic: Statistic, where: Where) -> Where:
        """As `narrow`. What a queue did is told whole, whoever answered, unless single agents are asked for: else its
        answers would be of fewer people than its entries."""
        is_of_queues = statistic.about is About.QUEUES and where.agents is None
        return self.narrow(where, statistic.dimensions - {AGENT} if is_of_queues else statistic.dimensions)

    def narrow(self, where: Where, dimensions: Collection[str]) -> Where:
        """As far as this goes. Raises Forbidden for a figure that is known by neither agent nor queue."""
        if self.agents is None or self.queues is None:
            return where
        second = QUEUE if self.first == AGENT else AGENT
        by = next((each for each in (self.first, second) if each in dimensions), None)
        if by == AGENT:
            return where.among(self.agents)
        if by == QUEUE:
            return replace(where, queues=self.queues if where.queues is None else where.queues & self.queues)
        raise Forbidden(gettext("your role sees figures of its teams and queues alone"))
