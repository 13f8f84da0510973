"""Which workbins somebody may use (genesys 10)."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent
from apps.agents.reach import agents_within, own_teams
from apps.queues.models import Workbin


def workbins() -> QuerySet[Workbin]:
    return Workbin.objects.select_related("agent__user", "team").order_by(Lower("name"), "id")


def open_to(user: User, agent: Agent | None) -> QuerySet[Workbin]:
    """The workbins that the user may use: the own ones, the team's, places; a supervisor all within reach."""
    if user.sees_everything:
        return workbins()
    team = agent.team_id if agent else None
    groups = Q(kind=Workbin.Kind.GROUP, team_id=team) if team else Q(pk=None)
    if permits(user, Permission.INTERACTIONS_API_READ_ALL):
        groups = Q(agent__in=agents_within(user)) | Q(team__in=own_teams(user))
    return workbins().filter(Q(agent__user=user) | groups | Q(kind=Workbin.Kind.PLACE))
