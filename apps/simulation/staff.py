"""The centre on trial: one queue, and agents who are all ready and take one call at a time."""

from datetime import datetime

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents.models import Agent, Channel
from apps.objects import standard
from apps.queues import operations
from apps.queues.models import Queue, QueueMember, SlaVersion
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

# Agents answer at once; an offer that stood would show as a fault, not as a time-out.
_OFFER_TIMEOUT_S = 3600


def open_centre(agents: int, *, within_s: int, at: datetime) -> tuple[Queue, User]:
    """Set up the centre, everybody ready since `at`; returns its queue and whoever puts the calls in."""
    tenant = Tenant.objects.create(name="Trial")
    with scope(tenant):
        standard.install(tenant)
        caller = User.objects.create(tenant=tenant, username="trial.telephony", role=Role.INTEGRATION)
        queue = Queue.objects.create(
            name="Trial",
            developer_name="Trial",
            sla=SlaVersion.objects.create(name="Trial", threshold_s=within_s),
            offer_timeout_s=_OFFER_TIMEOUT_S,
            wrap_up_s=0,
        )
        for number in range(agents):
            user = User.objects.create(tenant=tenant, username=f"trial.agent{number}", role=Role.AGENT)
            agent = Agent.objects.create(user=user)
            QueueMember.objects.create(queue=queue, agent=agent)
            operations.start_session(agent, [Channel.VOICE], by=user, at=at)
            operations.make_ready(agent, by=user, at=at)
    return queue, caller
