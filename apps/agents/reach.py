"""Whose work, and which queues, are within somebody's reach (`accounts.Reach`, M-25): sets for other queries.

Teams come from rows as they are now: who changes teams sees the new one's work from the next request on.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from apps.accounts.models import User
from apps.accounts.roles import Reach
from apps.agents.models import Agent, Team


def own_teams(user: User) -> QuerySet[Team]:
    """Those that the user is in or supervises."""
    return Team.objects.filter(
        Q(pk__in=Agent.objects.filter(user=user).values("team")) | Q(pk__in=user.led_teams.values("team"))
    )


def agents_within(user: User) -> QuerySet[Agent]:
    """The agents whose work the user may follow; without limit, all."""
    match user.reach:
        case Reach.ALL:
            return Agent.objects.all()
        case Reach.TEAMS:
            return Agent.objects.filter(Q(team__in=own_teams(user)) | Q(user=user))
    return Agent.objects.filter(Q(pk__in=_members(queues_within(user))) | Q(user=user))


def queues_within(user: User) -> QuerySet[Any]:
    """The queues that the user may follow; without limit, all."""
    queues: Any = _related(Agent, "queues").objects
    if user.reach == Reach.ALL:
        return queues.all()  # type: ignore[no-any-return]
    own = Q(pk__in=_related(Team, "queues").objects.filter(team__in=own_teams(user)).values("queue"))
    if user.reach == Reach.QUEUES:
        own |= Q(pk__in=_related(Agent, "memberships").objects.filter(agent__user=user).values("queue"))
    return queues.filter(own)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Within:
    """Agents, their users and queues within somebody's reach, and the agent they are themselves: queries, or keys."""

    agents: Any
    users: Any
    queues: Any
    own: Any

    @classmethod
    def of(cls, user: User) -> "Within":
        agents = agents_within(user)
        return cls(agents, agents.values("user"), queues_within(user), Agent.objects.filter(user=user))

    @classmethod
    def looked_up(cls, user: User) -> "Within":
        """Keys: PostgreSQL knows how frequent each is. Two queries, none without a limit."""
        if user.reach == Reach.ALL:
            return cls.of(user)
        agents = list(agents_within(user).values_list("pk", "user"))
        queues = list(queues_within(user).values_list("pk", flat=True))
        own = [key for key, of in agents if of == user.pk]
        return cls([key for key, _ in agents], [key for _, key in agents], queues, own)


def _members(queues: QuerySet[Any]) -> QuerySet[Any, Any]:
    return _related(Agent, "memberships").objects.filter(queue__in=queues).values("agent")  # type: ignore[no-any-return]


def _related(model: type[Model], accessor: str) -> Any:
    """The model of an app above this one."""
    return model._meta.get_field(accessor).related_model
