"""Whom and what a supervisor sees on the board: what the one rule of reach says (M-25)."""

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.accounts.roles import Reach
from apps.agents.models import Agent, Team
from apps.agents.reach import agents_within, own_teams, queues_within
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue


def queues_of(user: User) -> "QuerySet[Queue]":
    return queues_within(user).filter(is_active=True)


def agents_of(user: User) -> "QuerySet[Agent]":
    return agents_within(user).select_related("user", "team")


def teams_of(user: User) -> "QuerySet[Team]":
    return Team.objects.all() if user.reach == Reach.ALL else own_teams(user)


def contacts_of(user: User) -> "QuerySet[EngagementInteraction]":
    return EngagementInteraction.objects.visible_to(user)
