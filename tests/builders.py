"""Plain builders: what a test does not say has a value that does not matter to it. Use them inside a tenant's scope."""

from collections.abc import Iterable
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents.models import Agent, Channel
from apps.engagements.models import EngagementInteraction
from apps.objects.standard import install
from apps.queues import operations
from apps.queues.models import Queue, QueueMember, SlaVersion
from apps.queues.operations import setup
from apps.tenants.models import Tenant
from apps.tenants.scope import scope, tenant

_numbers = count(1)
PASSWORD = "correct horse battery"


def make_tenant(name: str = "Harbour Utilities", **values: Any) -> Tenant:
    """A tenant with the standard picklists."""
    made = Tenant.objects.create(name=name, **values)
    with scope(made):
        install(made)
    return made


def make_user(role: str = Role.AGENT, username: str = "", **values: Any) -> User:
    username = username or f"{role}{next(_numbers)}"
    values = {"first_name": username.title(), "tenant": tenant(), **values}
    return User.objects.create(username=username, role=role, password=_hashed(), **values)


@cache
def _hashed() -> str:
    """Hashing is slow on purpose; everybody here has the same password."""
    return make_password(PASSWORD)


def make_agent(username: str = "") -> Agent:
    return Agent.objects.create(user=make_user(Role.AGENT, username))


def make_queue(name: str = "", members: Iterable[Agent] = (), **values: Any) -> Queue:
    name = name or f"Queue {next(_numbers)}"
    values = {"developer_name": name.replace(" ", "_"), **values}
    if "sla" not in values:
        values["sla"] = SlaVersion.objects.create(name=name)
    queue = Queue.objects.create(name=name, **values)
    QueueMember.objects.bulk_create(QueueMember(queue=queue, agent=agent) for agent in members)
    return queue


def configured(row: Any) -> Any:
    """The row as an administrator sets it up: rules in memory are read afresh."""
    admin = User.objects.filter(tenant=tenant(), role=Role.ADMIN).first() or make_user(Role.ADMIN)
    setup.configure(row, by=admin)
    return row


def ready(agent: Agent, *channels: str, at: Any = None) -> Agent:
    """Sign the agent in and make the channels (default: voice and chat) ready."""
    operations.start_session(agent, channels or (Channel.VOICE, Channel.CHAT), by=agent.user, at=at)
    operations.make_ready(agent, by=agent.user, at=at)
    return agent


def make_live(
    queue: Queue | None = None, *, channel: str = Channel.VOICE, at: Any = None, **values: Any
) -> EngagementInteraction:
    """A contact that has just arrived, waiting if a queue is given."""
    values = {
        "customer": "+442079460123",
        "contact_point": "+442071838750",
        "by": make_user(Role.INTEGRATION),
        **values,
    }
    interaction = operations.open(channel=channel, at=at, **values)
    if queue:
        operations.enqueue(interaction, queue, by=values["by"], at=at)
    interaction.refresh_from_db()
    return interaction
