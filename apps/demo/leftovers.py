"""What an earlier run left in mid-air: calls whose telephone system is gone, agents whose programs have ended."""

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents.models import AgentSession, Channel
from apps.common.errors import SwitchroomError
from apps.demo import people
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.tenants.models import Tenant
from apps.tenants.scope import scope


def clear(tenant: Tenant, *, everything: bool) -> None:
    """End live calls and the simulated agents' work and sessions; with `everything`, all live work and sessions.

    Each in a transaction of its own, through the operations.
    """
    simulated = [each.username for each in people.COLLEAGUES if not each.waits_for_human]
    with scope(tenant):
        by = User.objects.filter(tenant=tenant, role__in=(Role.ADMIN, Role.SUPERVISOR)).order_by("id").first()
        live = EngagementInteraction.objects.live()
        sessions = AgentSession.objects.filter(ended_at=None).select_related("agent__user")
        if not everything:
            live = live.filter(Q(channel=Channel.VOICE) | Q(handler__user__username__in=simulated))
            sessions = sessions.filter(agent__user__username__in=simulated)
        interactions, agents = list(live), [session.agent for session in sessions]
    for agent in agents:
        with scope(tenant):  # first of all, so that closing work here offers nobody other work
            operations.make_not_ready(agent, None, by=agent.user)
    for interaction in interactions:
        with scope(tenant):
            try:
                operations.close(interaction, by=by)
            except SwitchroomError:  # it came to its end by itself
                continue
    for agent in agents:
        with scope(tenant):
            operations.end_session(agent, by=agent.user)
